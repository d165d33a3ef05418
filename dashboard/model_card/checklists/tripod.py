"""TRIPOD+AI (Collins et al. 2024, doi:10.1136/bmj-2023-078378): every item, for a study that does both, in "
"order."""

from dashboard.model_card.checklists.facts import Facts
from dashboard.model_card.checklists.item import Item, Status, items_of

NOT, PARTLY, NONE = Status.NOT, Status.PARTLY, Status.NONE


def items(facts: Facts) -> list[Item]:
    """Every item with its answer."""
    card = facts.card
    return items_of(
        {
            "Title and abstract": [
                (
                    "1",
                    "Title",
                    f"Development and evaluation of a model for pneumonia on chest radiographs of "
                    f"{facts.population}.",
                ),
                (
                    "2",
                    "Abstract",
                    f"On test: {facts.measured('test')}. There is no paper; this page stands for it.",
                    PARTLY,
                ),
            ],
            "Introduction": [
                (
                    "3a",
                    "Context and rationale",
                    "Diagnostic: is there pneumonia on this radiograph? Other networks on the same data are on "
                    "the page Compare.",
                ),
                ("3b", "Target population, purpose, users", "Use says who, for what, and by whom."),
                ("3c", "Known health inequalities", "Not studied: the data say nothing of social groups.", NOT),
                ("4", "Objectives", "Both to develop a model and to validate it."),
            ],
            "Methods: data": [
                (
                    "5a",
                    "Sources, representativeness",
                    f"{facts.source}; {facts.population}. One hospital stands for no other.",
                ),
                ("5b", "Dates", "When a radiograph was taken is not published.", NOT),
            ],
            "Methods: participants": [
                ("6a", "Setting", f"Routine care of one children's hospital: {facts.population}."),
                (
                    "6b",
                    "Eligibility",
                    "By the publisher; unreadable radiographs were removed. Nothing was left out here.",
                ),
                ("6c", "Treatments", "Not published.", NOT),
            ],
            "Methods: data preparation": [
                ("7", "Pre-processing and quality checks", f"{facts.preprocessing}, the same for everybody."),
            ],
            "Methods: outcome": [
                (
                    "8a",
                    "Outcome",
                    "Pneumonia on the radiograph, at the time it was taken, as graded by physicians.",
                ),
                (
                    "8b",
                    "Assessors",
                    "Two expert physicians, and a third for the test set, by the publisher's account; nothing "
                    "more is published of them.",
                    PARTLY,
                ),
                ("8c", "Blinding of the outcome", "Not published.", NOT),
            ],
            "Methods: predictors": [
                ("9a", "Choice of predictors", "The radiograph's pixels, all of them, and nothing else."),
                (
                    "9b",
                    "Definition",
                    f"{card.input_size} x {card.input_size} grey values of one frontal radiograph.",
                ),
                ("9c", "Assessors of predictors", "None: pixels need no interpretation.", NONE),
            ],
            "Methods: sample size and missing data": [
                (
                    "10",
                    "Study size",
                    f"What is published: {facts.counts}. No calculation was made; intervals say what it can tell.",
                    PARTLY,
                ),
                ("11", "Missing data", "None of pixels and labels. Age and sex are missing for all, and not used."),
            ],
            "Methods: analysis": [
                (
                    "12a",
                    "Use of the data",
                    "Fitted on one part of the training folder, calibrated and cut on another, tested on the "
                    "publisher's test set; no patient is shared.",
                )
                if not facts.patients_shared
                else ("12a", "Use of the data", f"{facts.patients_shared} patients are in two splits.", PARTLY),
                ("12b", "Handling of predictors", f"{facts.preprocessing}; random views of them in training."),
                (
                    "12c",
                    "Model and building",
                    f"{card.architecture}; {facts.recipe}. Recipes were compared by cross-validation over "
                    f"patients: {facts.compared}.",
                ),
                ("12d", "Heterogeneity across clusters", "One hospital: nothing to compare.", NONE),
                (
                    "12e",
                    "Measures and plots",
                    "AUC, rates at the threshold, reliability diagram, Brier score, slope and intercept; costs at "
                    "every threshold on the page Thresholds; networks against each other on the page Compare.",
                ),
                ("12f", "Model updating", "None by the test set.", NONE),
                (
                    "12g",
                    "How predictions were calculated",
                    "By the shipped network, from each file, as the dashboard reads it: python -m "
                    "training.evaluate.",
                ),
                (
                    "13",
                    "Class imbalance",
                    f"In training each class weighs the same; {card.calibration.method}, fitted on "
                    f"{card.calibration.split}, sets the probabilities right afterwards.",
                ),
                ("14", "Fairness", "No approach: age, sex and origin are not published.", NOT),
                ("15", "Output and threshold", f"A probability, and a finding from {facts.threshold}."),
                (
                    "16",
                    "Training against evaluation",
                    f"Same hospital and same labels. Share of pneumonias: {facts.prevalences}. AUC: {facts.areas}.",
                ),
                (
                    "17",
                    "Ethical approval",
                    "Of the collection: reported by the publisher (Kermany et al. 2018). Nobody was asked for "
                    "this use of published data.",
                    PARTLY,
                ),
            ],
            "Open science": [
                ("18a", "Funding", "Nothing is declared.", NOT),
                ("18b", "Conflicts of interest", "Nothing is declared.", NOT),
                ("18c", "Protocol", "None was prepared.", NOT),
                ("18d", "Registration", "Not registered.", NOT),
                ("18e", "Data", f"{facts.source}. Scores of every validation and test radiograph are in data/."),
                ("18f", "Code", "This repository, under the MIT licence."),
            ],
            "Patient and public involvement": [("19", "Involvement", "None.", NOT)],
            "Results: participants": [
                ("20a", "Flow", f"{facts.counts}. None excluded."),
                (
                    "20b",
                    "Characteristics",
                    "By kind alone; demographics, dates and treatments are not published.",
                    PARTLY,
                ),
                (
                    "20c",
                    "Against the development data",
                    f"Outcome: {facts.counts}. Demographics are not published.",
                    PARTLY,
                ),
            ],
            "Results: model": [
                ("21", "Numbers in each analysis", f"{facts.counts}."),
                (
                    "22",
                    "The full model",
                    "The files model/artifact/pneumonia.keras and pneumonia.tflite, under the code's licence, "
                    "with their SHA-256 in the card; python -m model.score reads new radiographs.",
                ),
                (
                    "23a",
                    "Performance with intervals",
                    f"Test: {facts.measured('test')}; recall by kind: {facts.by_kind}. {facts.calibration}.",
                ),
                ("23b", "Heterogeneity across clusters", "Not examined: one hospital.", NONE),
                ("24", "Model updating", "None.", NONE),
            ],
            "Discussion": [
                (
                    "25",
                    "Interpretation",
                    f"At this hospital {facts.confusion} on test. {facts.calibration}. Fairness cannot be judged "
                    f"from these data, and what it means elsewhere is not known.",
                ),
                ("26", "Limitations", "See Limits."),
                (
                    "27a",
                    "Poor or missing input",
                    "Unreadable files are refused with a reason; a radiograph that does not suit is left to a "
                    "human, with the reason shown.",
                ),
                ("27b", "Users' part", "To open a radiograph; to judge it takes a radiologist."),
                (
                    "27c",
                    "Next steps",
                    "Radiographs of other hospitals, machines and ages; a reader study; calibration at each site.",
                ),
            ],
        }
    )
