"""Read: radiographs in, and for each its probability, the decision and the heat map."""

from dataclasses import dataclass
from html import escape
from itertools import islice

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.history.keep_form import keep_ui
from dashboard.history.store import ModelResult, model_result
from dashboard.reading import reader_first, warning_text
from dashboard.reading.distribution_strip import as_high, strip
from dashboard.reading.occlusion_panel import heat_map_test_ui
from dashboard.reading.prevalence import chance_here, prevalence_ui
from dashboard.reading.viewer import viewer
from dashboard.reading.viewer_arguments import greys, marker, orientation
from dashboard.reports.downloads import draw_downloads
from dashboard.shared import session
from dashboard.shared.disclaimer import draw_safety_notice
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import (
    decimals_apart,
    escape_markdown,
    format_deciding_threshold,
    format_frame,
    format_probability,
    hottest_region,
)
from dashboard.shared.navigation import THRESHOLDS, WORKLIST
from dashboard.shared.policy import in_force, policy_ui
from dashboard.shared.resources import SAMPLES, load_card, load_classifier, load_samples, load_scores
from dashboard.shared.uploads import forget
from model.io import archive, dicom, radiograph
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.metrics.operating_points import operating_points
from model.network.card import Card
from model.network.classifier import Reading
from model.network.finding import Finding
from model.network.policy import OWN, Policy

# As many as a page can hold, each with its viewer; more are a worklist.
HANDFUL = 8


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
    settings_ui()
    dropped = uploader_ui()
    files = sum(archive.count(file.getvalue()) for file in dropped)
    many = st.empty()
    if files > HANDFUL:
        worklist_ui(many, dropped, f"{files} files")
    found = draw_uploads(first(dropped) or sample_ui())
    # How many frames a file has is known only when it is read.
    if files <= HANDFUL < found:
        worklist_ui(many, dropped, f"{found} radiographs")
    draw_safety_notice(load_card())


def settings_ui() -> None:
    """What holds for every reading: whose word comes first, what decides, and how common pneumonia is here."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="settings"):
        reader_first.switch_ui()
        policy_ui()
        prevalence_ui()


def uploader_ui() -> list[UploadedFile]:
    """The files that were dropped."""
    return st.file_uploader(
        "Drop one or several chest X-rays, or a ZIP archive of them: DICOM, PNG, JPEG, BMP, TIFF or WebP, "
        "8 to 16 bit. They are read on this machine and not stored.",
        accept_multiple_files=True,
    )


def first(dropped: list[UploadedFile]) -> list[Upload]:
    """The files, archives unpacked; of very many the first."""
    unpacked = (one for file in dropped for one in archive.unpack(file.name, file.getvalue()))
    return [Upload(file.name, file.data, problem=file.problem) for file in islice(unpacked, HANDFUL)]


def worklist_ui(slot: DeltaGenerator, dropped: list[UploadedFile], number: str) -> None:
    """The way to all of them where they are more than a page can hold."""
    with slot.container(border=True, horizontal=True, vertical_alignment="center", key="many"):
        st.html(
            f'<p class="lf-note"><b>{number}.</b> The first {HANDFUL} are read below; the worklist reads all of '
            f"them and puts the likeliest pneumonia on top.</p>"
        )
        if st.button("Read all in the worklist", icon=WORKLIST.icon, type="primary"):
            hand_over(dropped)
            st.switch_page(WORKLIST.file)


def hand_over(dropped: list[UploadedFile]) -> None:
    """Let the worklist have the files, and no one else: what is cleared there is gone."""
    files = [(file.name, file.getvalue()) for file in dropped]
    session.worklist_inbox.set([*session.worklist_inbox.get(), *files])
    forget(file.file_id for file in dropped)
    read_upload.clear()


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
                    session.sample.set(sample["file"])
    return [
        Upload(sample_name(sample), (SAMPLES / sample["file"]).read_bytes(), sample_origin(sample))
        for sample in samples
        if sample["file"] == session.sample.get()
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
def read_upload(name: str, data: bytes, most: int, model_version: str) -> list[tuple[Radiograph, Reading]]:
    """A file's radiographs, one a frame, and their readings, kept in memory as long as their reader stays.

    Of more frames than ``most``, 1 or more, the first. ``model_version`` keeps a reading from outliving its
    model. Raises ``UnreadableRadiograph``.
    """
    return [(scan, load_classifier().read(scan)) for scan in islice(radiograph.frames(data, name), most)]


def draw_uploads(uploads: list[Upload]) -> int:
    """The readings of the first radiographs, as many as a page can hold; says how many there are."""
    found = 0
    for number, upload in enumerate(uploads):
        found += draw_upload(upload, f"reading-{number}", max(0, HANDFUL - found))
    return found


def draw_upload(upload: Upload, key: str, room: int) -> int:
    """One file: the readings of its first ``room`` frames, or why there is none; says how many frames it has."""
    try:
        if upload.problem:
            raise UnreadableRadiograph(upload.problem)
        readings = read_upload(upload.name, upload.data, max(1, room), load_card().version)
    except UnreadableRadiograph as problem:
        st.error(escape_markdown(str(problem)), icon=":material/broken_image:")
        return 1
    for scan, reading in readings[:room]:
        draw_reading(upload, scan, reading, f"{key}-{scan.frame}")
    return readings[0][0].frames


def draw_reading(upload: Upload, scan: Radiograph, reading: Reading, key: str) -> None:
    """What the model says beside what it looked at; with the reader first, the picture alone."""
    with st.container(border=True, key=key), st.container(key=f"reading-parts-{key}"):
        # The style sheet puts the details under the verdict, and under the picture where the screen is narrow.
        verdict, picture, details = st.columns([2, 3, 2], gap="large")
        result = kept_result(scan, reading)
        with verdict:
            hidden = reader_first.hides(result, key)
            if not hidden:
                draw_verdict(scan, reading)
        with picture:
            draw_picture(scan, None if hidden else reading, f"{key}-{scan.digest}")
            if hidden:
                return
            heat_map_test_ui(scan, key)
            draw_handing_back(upload, scan, reading, key)
        with details:
            draw_details(reading, upload.origin)
            keep_ui(result, key)


def draw_picture(scan: Radiograph, reading: Reading | None, key: str) -> None:
    """The viewer; without a reading, the radiograph alone."""
    viewer(
        heat=reading.heat if reading else None,
        description=description(scan, reading),
        key=key,
        marker=marker(scan),
        orientation=orientation(scan),
        # EvaluationSet of what the model should not be trusted with is there for who asks for it.
        overlay=reading is not None and not reading.warnings,
        **greys(scan)._asdict(),
    )


def kept_result(scan: Radiograph, reading: Reading) -> ModelResult:
    """The reading as the history keeps it, decided by the policy in force."""
    policy = in_force()
    return model_result(
        reading,
        load_card(),
        threshold=policy.high,
        lower_threshold=policy.lower,
        policy=policy.name,
        finding=policy.finding(reading).decision,
        frame=scan.frame,
    )


def description(scan: Radiograph, reading: Reading | None) -> str:
    """The picture in words."""
    name = f"Radiograph {scan.name}"
    return f"{name} under the model's heat map: {hottest_region(reading.heat)}" if reading else name


def draw_verdict(scan: Radiograph, reading: Reading) -> None:
    """The probability, its place and the decision in words, or why there is none."""
    st.html(verdict_html(scan, reading, in_force()))


def draw_details(reading: Reading, origin: str) -> None:
    """What stands behind the verdict."""
    # What rests on a probability that is not to be trusted is not said.
    if not reading.warnings:
        st.html(facts_html(reading, in_force()))
    if origin:
        st.html(f'<p class="lf-note">{escape(origin)}</p>')
    THRESHOLDS.link("What another threshold would cost")


def draw_handing_back(upload: Upload, scan: Radiograph, reading: Reading, key: str) -> None:
    """The reading as files."""
    finding = in_force().finding(reading)
    warnings = tuple(warning_text.sentence(code, load_card().input_size) for code in reading.warnings)
    source = dicom.parse(upload.data, upload.name) if scan.header else None
    draw_downloads(scan, reading, finding, warnings, key, origin=upload.origin, source=source)


def verdict_html(scan: Radiograph, reading: Reading, policy: Policy) -> str:
    """Name, finding, probability, and its place among the validation radiographs."""
    finding = policy.finding(reading)
    shown = FINDINGS[finding]
    title = shown.title
    decimals = decimals_apart(reading.probability, policy.lower, policy.high)
    limit = format_deciding_threshold(finding, policy.lower, policy.high, decimals)
    reason = shown.reason.format(threshold=f"<b>{limit}</b>{origin_of(policy, finding)}")
    validation = load_scores("validation")
    normals, pneumonias = (validation.probabilities[validation.labels == label] for label in (0, 1))
    frame = format_frame(scan.frame, scan.frames)
    if reading.warnings:
        title = warning_text.title(reading)
        reason = warning_text.reasons_html(reading, scan.header, load_card().input_size)
    return f"""
    <div class="lf-verdict {shown.css_class}">
      <p class="lf-file">{escape(scan.name)}<span>{scan.width} x {scan.height} px, {scan.bits} bit{frame}</span></p>
      <h2 data-testid="finding">{title}</h2>
      <p class="lf-probability"><b data-testid="probability">{format_probability(reading.probability, decimals)}</b>
        probability of pneumonia</p>
      <p class="lf-note">{reason}</p>
      {strip(normals, pneumonias, reading.probability, policy.thresholds)}
    </div>
    """


def origin_of(policy: Policy, finding: Finding) -> str:
    """Where the deciding threshold comes from, in few words."""
    if policy.lower is not None:
        special = {Finding.BETWEEN: "", Finding.PNEUMONIA: ", the upper of two"}
        return special.get(finding, ", the lower of two")
    words = {"default": ", the default", OWN: ", set on the page Thresholds"}
    return words.get(policy.name, f", by the policy <i>{policy.title}</i>")


def facts_html(reading: Reading, policy: Policy) -> str:
    """What stands behind a reading, a name and a sentence each."""
    facts = {
        "Validation": among_validation(reading, load_card()),
        "H0": hypothesis_html(reading, load_card()),
        "This hospital": chance_here(reading.probability),
        "Test set": track_record(policy),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in facts.items())
    return f'<dl class="lf-facts">{rows}</dl>'


def among_validation(reading: Reading, card: Card) -> str:
    """How common so high a probability is among normals, and so low a one among pneumonias."""
    validation = load_scores("validation")
    normals = validation.probabilities[validation.labels == 0]
    known = len(card.pneumonias)
    lower = round(reading.p_value * (known + 1)) - 1
    return (
        f"{as_high(normals, reading.probability)} of {len(normals)} normals score as high or higher; "
        f"{lower} of {known} pneumonias score no higher."
    )


def hypothesis_html(reading: Reading, card: Card) -> str:
    """The p-value of H0, and what it says at the card's level."""
    level = card.data["hypothesis"]["level"]
    verdict = "is rejected" if reading.p_value <= level else "stands"
    return (
        f'p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}<span data-testid="p-value">{reading.p_value:.3f}</span>: that the '
        f"person has pneumonia <b>{verdict}</b> at a level of {100 * level:g}\N{NO-BREAK SPACE}%."
    )


def track_record(policy: Policy) -> str:
    """What the policy did on the test set."""
    test = load_scores("test")
    referred, counts = operating_points(test.labels, test.probabilities).referral(policy.low, policy.high)
    left = f"left {referred} of {len(test)} to a human; of the rest it " if policy.lower is not None else ""
    return (
        f"This policy {left}found {counts.tp} of {counts.tp + counts.fn} pneumonias and raised {counts.fp} false "
        f"alarms among {counts.fp + counts.tn} normals."
    )


if __name__ == "__main__":
    main()
