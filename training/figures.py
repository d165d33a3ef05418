"""Write the measured figures into the README and docs/training.md, from the model card and the ladder.

python -m training.figures
"""

from model.metrics.estimate import Estimate
from model.network.card import Card, load_card
from model.network.card.sections import LungReading
from model.network.policy import card_policies, distinct_policies
from training.csv_rows import read_rows
from training.dataset import ROOT

DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "training.md")
LADDER = ROOT / "data" / "ladder.csv"
BEGIN, END = "<!-- {name}: python -m {module} -->", "<!-- end of {name} -->"
NAMES = {
    "auc": "AUC",
    "recall": "Recall",
    "specificity": "Specificity",
    "precision": "Precision",
    "accuracy": "Accuracy",
    "recall_bacteria": "Recall, bacterial",
    "recall_virus": "Recall, viral",
}


def figures_table(card: Card) -> str:
    """Return validation and test side by side, each figure with its 95 % interval, as Markdown."""
    validation, test = (card.metrics[split] for split in ("validation", "test"))
    rows = [
        f"| {title} | {format_estimate(getattr(validation, name))} | {format_estimate(getattr(test, name))} |"
        for name, title in NAMES.items()
    ]
    images = (f"{split.images} images, {split.patients} patients" for split in (validation, test))
    missed = (f"{split.fn} of {split.fn + split.tp}" for split in (validation, test))
    false_alarms = (f"{split.fp} of {split.fp + split.tn} normals" for split in (validation, test))
    return "\n".join(
        [
            f"At the shipped threshold of {card.default_threshold:.4f}, fixed on validation alone; "
            f"network version {card.version}, trained on {card.data.splits['fit'].images:,} radiographs: "
            f"{card.architecture}.",
            "",
            "| | validation | official test set |",
            "| --- | --- | --- |",
            f"| Measured on | {' | '.join(images)} |",
            *rows,
            f"| Missed pneumonias | {' | '.join(missed)} |",
            f"| False alarms | {' | '.join(false_alarms)} |",
        ]
    )


def format_estimate(measured: Estimate[float]) -> str:
    """Return a figure with its interval, as ``0.971 (0.950 to 0.984)``."""
    return f"{measured.value:.3f} ({measured.low:.3f} to {measured.high:.3f})"


def policies_table(card: Card) -> str:
    """Return each policy's figures on the test set, as Markdown."""
    return "\n".join(
        [
            "| Policy, fixed on validation | to a human | accuracy of the rest | recall of the rest |",
            "| --- | --- | --- | --- |",
            *(
                f"| {policy.title} "
                f"| {100 * test.referred.value:.1f} % | {format_estimate(test.accuracy)} "
                f"| {format_estimate(test.recall)} |"
                for policy in distinct_policies(card_policies(card).values())
                for test in [card.operating_points[policy.name].metrics["test"]]
            ),
        ]
    )


def lungs_paragraph(found: LungReading) -> str:
    """Return what the network does where lungs and body are taken apart, as a paragraph."""
    return (
        "It reads the lungs: set into the outline of a child with the other diagnosis, their own is told with an "
        f"AUC of {format_estimate(found.lungs_moved)}; with the lungs painted over it is "
        f"{format_estimate(found.lungs_grey)}, where 0.5 is guessing. Of the evidence "
        f"{100 * found.inside.value:.0f} % lies within the lungs, on {found.radiographs} validation radiographs "
        "whose lungs people drew; they also steered the training."
    )


def ladder_table(rows: list[dict[str, str]]) -> str:
    """Return the steps to the shipped network, one a line, as Markdown."""
    steps = (
        f"| {number} | {row['about']} | {int(row['parameters']):,} | {float(row['validation_auc']):.3f} "
        f"| {float(row['test_auc']):.3f} ({float(row['test_auc_low']):.3f} to {float(row['test_auc_high']):.3f}) "
        f"| {float(row['test_accuracy']):.3f} | {float(row['test_recall']):.3f} |"
        for number, row in enumerate(rows, 1)
    )
    return "\n".join(
        [
            "| | step | parameters | AUC, validation | AUC, test | accuracy, test | recall, test |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *steps,
        ]
    )


def inserted(text: str, blocks: dict[str, str], module: str = "training.figures") -> str:
    """Return a document's text with those of its blocks renewed that a module makes."""
    for name, block in blocks.items():
        begin, end = BEGIN.format(name=name, module=module), END.format(name=name)
        if begin in text:
            before, rest = text.split(begin)
            _, after = rest.split(end)
            text = f"{before}{begin}\n{block}\n{end}{after}"
    return text


def blocks(card: Card) -> dict[str, str]:
    """Return the generated parts by the name of their block; lungs and ladder only where they were measured."""
    tables = {"figures": figures_table(card), "policies": policies_table(card)}
    if found := card.lung_reading.get("twins"):
        tables["lungs"] = lungs_paragraph(found)
    if rows := read_rows(LADDER):
        tables["ladder"] = ladder_table(rows)
    return tables


def main() -> None:
    """Renew the tables of every document."""
    tables = blocks(load_card())
    for document in DOCUMENTS:
        document.write_text(inserted(document.read_text(), tables))


if __name__ == "__main__":
    main()
