"""An uploader that hands over what is dropped and is empty again at once."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.shared import session
from dashboard.shared.uploads import forget_uploads


def intake_ui(
    label: str,
    name: str,
    receive: Callable[[list[UploadedFile]], None],
    multiple: Any = True,
    *,
    labelled: bool = True,
) -> None:
    """Draw an uploader that is replaced by an empty one as soon as its files are received.

    Args:
        label: above the uploader.
        name: tells it from others of the session.
        receive: takes the files; the server gives them up as it returns.
        multiple: what Streamlit's ``accept_multiple_files`` takes: several files, or a ``"directory"``.
        labelled: whether the label is seen; it is read out in any case.
    """
    intake = session.intake(name)

    def take() -> None:
        # A browser may tell of the same files twice, before it knows that their uploader is gone.
        taken = session.taken_uploads.get()
        files = [file for file in intake.get() if file.file_id not in taken]
        taken.update(file.file_id for file in files)
        receive(files)
        forget_uploads(file.file_id for file in files)
        session.intakes.get()[name] += 1

    st.file_uploader(
        label,
        accept_multiple_files=multiple,
        key=intake.name,
        on_change=take,
        label_visibility="visible" if labelled else "collapsed",
    )
