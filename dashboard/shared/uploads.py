"""Files that are dropped on a page, from the browser to memory and nowhere else."""

from collections.abc import Iterable

from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

LARGEST_IN_MEMORY = 2**40
"""Bytes: more than any upload; server.maxUploadSize is the limit that holds."""


def keep_off_disk() -> None:
    """Have the server take uploads into memory alone.

    Left to itself, Starlette writes what is larger than a million bytes, as most radiographs are, to a temporary
    file while it arrives.
    """
    MultiPartParser.spool_max_size = LARGEST_IN_MEMORY


def forget_uploads(file_ids: Iterable[str]) -> None:
    """Have the server give up files that this session has dropped.

    Left to itself, Streamlit keeps what an uploader took until the session ends, should the uploader be gone
    before its reader has emptied it.
    """
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file_id in file_ids:
            context.uploaded_file_mgr.remove_file(context.session_id, file_id)
