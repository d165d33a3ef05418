"""Write the measured figures into the README, from the model card.

python -m training.figures
"""

from typing import Any

from model import card as cards
from model.card import Card
from training.dataset import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- figures: python -m training.figures -->", "<!-- end of figures -->"
NAMES = {
    "auc": "AUC",
    "recall": "Recall",
    "specificity": "Specificity",
    "precision": "Precision",
    "accuracy": "Accuracy",
    "recall_bacteria": "Recall, bacterial",
    "recall_virus": "Recall, viral",
}


def table(card: Card) -> str:
    """Validation and test side by side, each figure with its 95 % interval, as Markdown."""
    validation, test = (card.data["metrics"][split] for split in ("validation", "test"))
    rows = [f"| {title} | {figure(validation[name])} | {figure(test[name])} |" for name, title in NAMES.items()]
    images = " | ".join(f"{split['images']} images, {split['patients']} patients" for split in (validation, test))
    return "\n".join(
        [
            f"At the shipped threshold of {card.default_threshold:.4f}, fixed on validation alone; "
            f"network version {card.version}, trained in {card.data['training']['seconds'] / 60:.0f} minutes "
            f"on {card.data['data']['splits']['fit']['images']:,} radiographs.",
            "",
            "| | validation | official test set |",
            "| --- | --- | --- |",
            f"| Measured on | {images} |",
            *rows,
            f"| Missed pneumonias | {missed(validation)} | {missed(test)} |",
            f"| False alarms | {alarms(validation)} | {alarms(test)} |",
        ]
    )


def figure(measured: dict[str, float]) -> str:
    """``0.971 (0.950 to 0.984)``."""
    return f"{measured['value']:.3f} ({measured['low']:.3f} to {measured['high']:.3f})"


def missed(metrics: dict[str, Any]) -> str:
    return f"{metrics['fn']} of {metrics['fn'] + metrics['tp']}"


def alarms(metrics: dict[str, Any]) -> str:
    return f"{metrics['fp']} of {metrics['fp'] + metrics['tn']} normals"


def inserted(text: str, card: Card) -> str:
    """The README's text with its figures renewed."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(card)}\n{END}{after}"


def main() -> None:
    README.write_text(inserted(README.read_text(), cards.load()))


if __name__ == "__main__":
    main()
