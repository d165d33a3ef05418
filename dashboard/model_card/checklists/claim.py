"""CLAIM 2024 (Tejani et al. 2024, doi:10.1148/ryai.240300): all 44 items, in order."""

from dashboard.model_card.checklists.facts import Facts
from dashboard.model_card.checklists.item import Item, Status, items_of
from dashboard.shared.disclaimer import TITLE

NOT, PARTLY, NONE = Status.NOT, Status.PARTLY, Status.NONE


def items(facts: Facts) -> list[Item]:
    """Every item with its answer."""
    card = facts.card
    return items_of(
        {
            "Title and abstract": [
                ("1", "Kind of AI", f"A deep convolutional network: {card.architecture}."),
                ("2", "Summary", f"On test: {facts.measured('test')}. The rest is this page."),
            ],
            "Introduction": [
                (
                    "3",
                    "Background and intended role",
                    "A second opinion on chest radiographs of young children, for a radiologist who decides. See "
                    "Use.",
                ),
                (
                    "4",
                    "Aims and hypotheses",
                    f"H0: {card.hypothesis.null}; to find a new pneumonia with a probability of at least "
                    f"{100 * card.target_recall:g} %.",
                ),
            ],
            "Study design": [
                ("5", "Prospective or retrospective", "Retrospective, on a published data set."),
                ("6", "Goal", "To make a model and to measure it on patients held out. Not a trial."),
            ],
            "Data": [
                ("7", "Sources", f"{facts.source}."),
                (
                    "8",
                    "Inclusion and exclusion",
                    f"By the publisher: {facts.population}, unreadable radiographs removed. Here every published "
                    f"one is used: {len(facts.splits):,}.",
                ),
                ("9", "Preprocessing", f"{facts.preprocessing}; {card.input_size} pixels a side."),
                ("10", "Subsets", "None were selected; parts of the published set are its splits."),
                (
                    "11",
                    "De-identification",
                    "By the publisher; file names carry a running number. No radiograph is shipped, and the "
                    "samples are composites of several children.",
                ),
                (
                    "12",
                    "Missing data",
                    "Every radiograph has its pixels and its label. Age, sex and severity are missing for all, "
                    "and are not used.",
                ),
                (
                    "13",
                    "Image acquisition",
                    "Anterior-posterior radiographs of routine care. Machines and exposures are not published.",
                    PARTLY,
                ),
            ],
            "Reference standard": [
                ("14", "How it was obtained", "Physicians graded each radiograph as normal, bacterial or viral."),
                (
                    "15",
                    "Why this one",
                    "It is what is published. No culture, blood test or CT comes with the radiographs.",
                ),
                (
                    "16",
                    "Who annotated",
                    "Two expert physicians, by the publisher's account (Kermany et al. 2018, Cell 172:1122).",
                ),
                ("17", "Annotation of the test set", "Checked by a third expert, by the same account."),
                ("18", "Variability of annotators", "Not published.", NOT),
            ],
            "Data partitions": [
                (
                    "19",
                    "Assignment",
                    f"The test set is the publisher's; validation is drawn by patient, of each kind, with a fixed "
                    f"seed. {facts.counts}.",
                ),
                ("20", "Disjoint at what level", f"Patients; {facts.patients_shared or 'none'} in two splits."),
            ],
            "Testing data": [
                (
                    "21",
                    "Intended sample size",
                    f"None was calculated: the published test set of {len(facts.test)} is what there is. "
                    "Intervals say what it can tell.",
                    PARTLY,
                )
            ],
            "Model": [
                (
                    "22",
                    "Description",
                    f"{card.architecture}; {card.input_size} x {card.input_size} grey pixels in, scores of "
                    f"{', '.join(card.classes)} and a heat map out. The code is in training/architectures.py.",
                ),
                ("23", "Software", f"{facts.versions}."),
                ("24", "Initial parameters", "Weights trained on ImageNet; a random head."),
            ],
            "Training": [
                ("25", "Approach", f"{facts.recipe}. All settings are under Settings."),
                (
                    "26",
                    "Choice of the final model",
                    f"The recipe by cross-validation over patients ({facts.compared}); of it, what the last epoch "
                    "leaves.",
                ),
                ("27", "Ensembles", f"One network: {card.architecture}."),
            ],
            "Evaluation": [
                (
                    "28",
                    "Measures",
                    "AUC, recall, specificity, precision, accuracy; Brier score, calibration error, slope and "
                    "intercept.",
                ),
                (
                    "29",
                    "Significance and uncertainty",
                    "95 % intervals: DeLong's for the AUC, Wilson's for shares. Networks are compared by DeLong's "
                    "test and McNemar's exact test on the page Compare.",
                ),
                ("30", "Robustness", f"{facts.movement}. See Shortcuts."),
                (
                    "31",
                    "Explainability",
                    f"{card.heat_map.method}, on one scale for all radiographs. It shows what moved the "
                    f"model, not where the disease is.{facts.randomisation}",
                ),
                ("32", "Internal data", f"Validation: {facts.measured('validation')}."),
                (
                    "33",
                    "External data",
                    "None. The test set is of other patients of the same hospital.",
                    NOT,
                ),
                ("34", "Trial registration", "No trial.", NONE),
            ],
            "Results: data": [
                ("35", "Included and excluded", f"{facts.counts}. None excluded. {facts.repeated}."),
                (
                    "36",
                    "Characteristics of each partition",
                    f"By kind: {facts.counts}. Age, sex and severity of a radiograph are not published.",
                    PARTLY,
                ),
            ],
            "Results: model performance": [
                ("37", "Measures with uncertainty", f"Test: {facts.measured('test')}. {facts.calibration}."),
                ("38", "Diagnostic performance", f"At {card.default_threshold:.4f} on test: {facts.confusion}."),
                ("39", "Failure analysis", "See Failures: the worst by name and score, and what they share."),
            ],
            "Discussion": [
                ("40", "Limitations", "See Limits."),
                (
                    "41",
                    "Implications for practice",
                    "A second opinion; a normal reading rules nothing out; a site calibrates and chooses its "
                    f"threshold anew. {TITLE}",
                ),
            ],
            "Other information": [
                (
                    "42",
                    "Protocol and details",
                    "No protocol was registered. Code, settings and every look at the test set are in the "
                    "repository.",
                    PARTLY,
                ),
                (
                    "43",
                    "Availability",
                    f"Code under the MIT licence, the network in model/artifact, scores in data/, the data from "
                    f"their publisher ({facts.source}).",
                ),
                ("44", "Funding", "Nothing is declared.", NOT),
            ],
        }
    )
