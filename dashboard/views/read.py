"""Read: radiographs in, and for each its probability, the decision and the heat map."""

from dataclasses import dataclass
from html import escape
from itertools import islice

import streamlit as st

from dashboard import reader_first
from dashboard.components.viewer import viewer
from dashboard.handing_back import draw_downloads
from dashboard.history import ModelResult, model_result
from dashboard.resources import SAMPLES, load_card, load_classifier, load_samples, load_scores, threshold
from dashboard.session_worklist import worklist
from dashboard.verdict import keep_ui
from dashboard.wording import percent, place
from model import collection, dicom, radiograph
from model.card import Card
from model.classifier import Reading
from model.operating_points import operating_points
from model.radiograph import Radiograph, UnreadableRadiograph

FINDINGS = {
    "pneumonia": ("Pneumonia suspected", "At or above the threshold of {threshold}."),
    "normal": ("Read as normal", "Below the threshold of {threshold}."),
    # The threshold may lie high above one half; nobody should take a likely pneumonia for a normal child.
    "doubtful": ("Doubtful: look again", "More likely pneumonia than not, yet below the threshold of {threshold}."),
    "review": ("For a human to decide", "The model should not be trusted with this radiograph."),
}
# As many as a page can hold, each with its viewer; more are a worklist.
HANDFUL = 8
WARNINGS = {
    "resolution": "It is smaller than the {size} pixels a side that the network looks at. "
    "Use the radiograph at its own resolution.",
}


@dataclass(frozen=True)
class Upload:
    """A file to be read: its name, its bytes, what to say of where it came from, and why it cannot be."""

    name: str
    data: bytes
    origin: str = ""
    problem: str = ""


def main() -> None:
    """The page."""
    st.title("Read a chest X\N{NON-BREAKING HYPHEN}ray")
    reader_first.switch_ui()
    uploads = uploads_ui()
    chosen = uploads or sample_ui()
    for number, upload in enumerate(chosen):
        draw_upload(upload, f"reading-{number}")
    draw_limits(load_card())


def uploads_ui() -> list[Upload]:
    """The files that were dropped, archives unpacked; of very many the first."""
    dropped = st.file_uploader(
        "Drop one or several chest X-rays, or a ZIP archive of them: DICOM, PNG, JPEG, BMP, TIFF or WebP, "
        "8 to 16 bit. They are read on this machine and not stored.",
        accept_multiple_files=True,
    )
    files = [(file.name, file.getvalue()) for file in dropped]
    number = sum(collection.count(data) for _, data in files)
    if number > HANDFUL:
        worklist_ui(files, number)
    unpacked = (file for name, data in files for file in collection.unpack(name, data))
    return [Upload(file.name, file.data, problem=file.problem) for file in islice(unpacked, HANDFUL)]


def worklist_ui(files: list[tuple[str, bytes]], number: int) -> None:
    """The way to all of them where they are more than a page can hold."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="many"):
        st.html(
            f'<p class="lf-note"><b>{number} files.</b> The first {HANDFUL} are read below; the worklist reads all '
            f"of them and puts the likeliest pneumonia on top.</p>"
        )
        if st.button("Read all in the worklist", icon=":material/checklist:", type="primary"):
            worklist().add(files)
            st.switch_page("views/worklist.py")


def sample_ui() -> list[Upload]:
    """The sample that was picked, if any."""
    samples = load_samples()
    patients = min(sample["patients"] for sample in samples)
    st.html(
        f'<p class="lf-note">None at hand? Open a sample. Each is a composite, the average of {patients} or '
        f"more children of the training set, and shows no real patient.</p>"
    )
    with st.container(horizontal=True, gap="small", key="samples"):
        for sample in samples:
            with st.container(width=104, gap="xsmall"):
                st.image(str(SAMPLES / sample["file"]), width=104, alt=sample_name(sample))
                if st.button(sample_name(sample), key=sample["file"], width="stretch"):
                    st.session_state["sample"] = sample["file"]
    return [
        Upload(sample_name(sample), (SAMPLES / sample["file"]).read_bytes(), sample_origin(sample))
        for sample in samples
        if sample["file"] == st.session_state.get("sample")
    ]


def sample_name(sample: dict) -> str:
    """``Normal 1``, ``Bacterial 2``, ``Viral 1``: the kind and its number among the samples."""
    kind = {"normal": "Normal", "bacteria": "Bacterial", "virus": "Viral"}[sample["subtype"]]
    same = [other["file"] for other in load_samples() if other["subtype"] == sample["subtype"]]
    return f"{kind} {same.index(sample['file']) + 1}"


def sample_origin(sample: dict) -> str:
    kind = {"normal": "no pneumonia", "bacteria": "bacterial pneumonia", "virus": "viral pneumonia"}
    return (
        f"A composite of {sample['patients']} children with {kind[sample['subtype']]}, all of them from "
        f"the training set: it shows how a reading looks, not how good the model is."
    )


@st.cache_data(max_entries=16, scope="session", show_spinner="Reading")
def read_upload(name: str, data: bytes, model_version: str) -> list[tuple[Radiograph, Reading]]:
    """A file's radiographs, one a frame, and their readings, kept in memory as long as their reader stays.

    ``model_version`` keeps a reading from outliving its model. Raises ``UnreadableRadiograph``.
    """
    return [(scan, load_classifier().read(scan)) for scan in radiograph.read_all(data, name)]


def draw_upload(upload: Upload, key: str) -> None:
    """One file: the reading of each of its frames, or why there is none."""
    if upload.problem:
        st.error(upload.problem, icon=":material/broken_image:")
        return
    try:
        for scan, reading in read_upload(upload.name, upload.data, load_card().version):
            draw_reading(upload, scan, reading, f"{key}-{scan.frame}")
    except UnreadableRadiograph as problem:
        st.error(str(problem), icon=":material/broken_image:")


def draw_reading(upload: Upload, scan: Radiograph, reading: Reading, key: str) -> None:
    """What the model says beside what it looked at; with the reader first, the picture alone."""
    with st.container(border=True, key=key):
        verdict, picture = st.columns([2, 3], gap="large")
        result = kept_result(scan, reading)
        with verdict:
            hidden = reader_first.hides(result, key)
            if not hidden:
                draw_verdict(scan, reading, upload.origin)
                keep_ui(result, key)
        with picture:
            if hidden:
                reader_first.draw_bare(scan)
                return
            viewer(
                scan.pixels,
                reading.heat,
                description(scan, reading),
                f"{key}-{reading.digest}",
                bits=scan.bits,
                marker=marker(scan),
            )
            draw_handing_back(upload, scan, reading, key)


def marker(scan: Radiograph) -> str:
    """What the header says of the view, such as ``AP, L``; nothing that names the patient."""
    header = scan.header
    return ", ".join(word for word in (header.view, header.laterality) if word) if header else ""


def kept_result(scan: Radiograph, reading: Reading) -> ModelResult:
    """The reading as the history keeps it, decided by the threshold in force."""
    card, limit = load_card(), threshold()
    policy = "default" if limit == card.default_threshold else "own"
    finding = reading.finding(limit)
    return model_result(reading, card, threshold=limit, policy=policy, finding=finding, frame=scan.frame)


def description(scan: Radiograph, reading: Reading) -> str:
    """The picture in words."""
    return f"Radiograph {scan.name} under the model's heat map: {place(reading.heat)}"


def draw_verdict(scan: Radiograph, reading: Reading, origin: str) -> None:
    """The probability, the decision in words, and what stands behind them."""
    limit = threshold()
    st.html(verdict_html(scan, reading, limit))
    for code in reading.warnings:
        st.warning(WARNINGS[code].format(size=load_card().input_size), icon=":material/warning:")
    st.html(f'<p class="lf-note">{hypothesis_html(reading, load_card())}</p>')
    st.html(f'<p class="lf-note">{track_record(limit)}</p>')
    if origin:
        st.html(f'<p class="lf-note">{escape(origin)}</p>')
    st.page_link("views/thresholds.py", label="What another threshold would cost", icon=":material/tune:")


def called(reading: Reading, limit: float) -> str:
    """The finding by its name in ``FINDINGS``."""
    finding = reading.finding(limit)
    return "doubtful" if finding == "normal" and reading.probability >= 0.5 else finding


def draw_handing_back(upload: Upload, scan: Radiograph, reading: Reading, key: str) -> None:
    """The reading as files."""
    finding = called(reading, threshold())
    warnings = tuple(WARNINGS[code].format(size=load_card().input_size) for code in reading.warnings)
    source = dicom.parse(upload.data, upload.name) if scan.header else None
    draw_downloads(scan, reading, finding, FINDINGS[finding][0], warnings, key, origin=upload.origin, source=source)


def verdict_html(scan: Radiograph, reading: Reading, limit: float) -> str:
    """Name, finding, probability, and both on one scale from 0 to 1."""
    finding = called(reading, limit)
    title, reason = FINDINGS[finding]
    own = "the default" if limit == load_card().default_threshold else "set on the page Thresholds"
    probability, shown_limit = percent(reading.probability), percent(limit)
    reason = reason.format(threshold=f"<b>{shown_limit}</b>, {own}")
    frame = f", frame {scan.frame} of {scan.frames}" if scan.frames > 1 else ""
    return f"""
    <div class="lf-verdict lf-{finding}">
      <p class="lf-file">{escape(scan.name)}<span>{scan.width} x {scan.height} px, {scan.bits} bit{frame}</span></p>
      <h2 data-testid="finding">{title}</h2>
      <p class="lf-probability"><b data-testid="probability">{probability}</b> probability of pneumonia</p>
      <div class="lf-scale" role="img" aria-label="{probability} on a scale that is cut at {shown_limit}">
        <i style="width: {100 * reading.probability:.2f}%"></i><u style="left: {100 * limit:.2f}%"></u>
      </div>
      <p class="lf-note">{reason}</p>
    </div>
    """


def hypothesis_html(reading: Reading, card: Card) -> str:
    """The p-value of H0, and what it says at the card's level."""
    level = card.data["hypothesis"]["level"]
    verdict = "is rejected" if reading.p_value <= level else "stands"
    known = len(card.pneumonias)
    lower = round(reading.p_value * (known + 1)) - 1
    return (
        f"H0, the person has pneumonia, <b>{verdict}</b> at a level of {100 * level:g}\N{NO-BREAK SPACE}%: "
        f'p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}<span data-testid="p-value">{reading.p_value:.3f}</span>; '
        f"{lower} of {known} validation pneumonias score no higher."
    )


def track_record(limit: float) -> str:
    """What the threshold did on the test set, and what the probability was calibrated on."""
    test, validation = load_scores("test"), load_scores("validation")
    counts = operating_points(test.labels, test.probabilities).at(limit)
    return (
        f"At this threshold the model found {counts.tp} of {counts.tp + counts.fn} pneumonias of the test set "
        f"and raised {counts.fp} false alarms among {counts.fp + counts.tn} normals. "
        f"The probability is calibrated on {len(validation)} radiographs of which "
        f"{100 * validation.labels.mean():.0f}\N{NO-BREAK SPACE}% showed pneumonia; where pneumonia is rarer, "
        f"its chance is lower."
    )


def draw_limits(card: Card) -> None:
    """What the model was trained on, and so what it cannot know."""
    st.html(
        f'<p class="lf-note lf-limits">The model was trained on {escape(card.data["data"]["population"])}. '
        f"It has not been tested on adults, other hospitals, lateral views or other diseases, and the heat map "
        f"shows what moved the model, not where the disease is. Not a medical device: a reading supports "
        f"a radiologist's and never replaces it.</p>"
    )


if __name__ == "__main__":
    main()
