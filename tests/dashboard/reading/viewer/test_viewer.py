import numpy as np
from streamlit.testing.v1 import AppTest

from dashboard.reading.viewer import FOLDER, PARTS
from dashboard.reading.viewer.encoding import pack
from dashboard.reading.viewer_arguments import ViewerArguments


def test_the_browser_gets_the_bytes_as_they_are() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception
    (component,) = app.get("bidi_component")
    pixels = np.linspace(0, 1, 3000, dtype=np.float32).reshape(50, 60)
    assert component.proto.bytes == pack(
        ViewerArguments(pixels, np.zeros((7, 7), np.float32), "shown", view_label="PA")
    )


def _page() -> None:
    import numpy as np

    from dashboard.reading.viewer import draw_viewer
    from dashboard.reading.viewer_arguments import ViewerArguments

    pixels = np.linspace(0, 1, 3000, dtype=np.float32).reshape(50, 60)
    draw_viewer(ViewerArguments(pixels, np.zeros((7, 7), np.float32), "shown", view_label="PA"), "viewer")


def test_every_part_of_the_script_is_joined() -> None:
    assert sorted(PARTS) == sorted(file.name for file in FOLDER.glob("*.js"))
