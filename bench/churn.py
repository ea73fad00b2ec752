"""Chances to leave of contractual customers (``guanxi insight churn``), beside scikit-learn's in the same run.

    python -m bench.churn [FILE --customer COL --churned COL]

Without a file 7,043 made-up customers. The floor is scikit-learn's logistic regression on the same columns, each of the
five folds told by the other four. Opens no database.
"""

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from guanxi.lib.statistics.chances.judging import lift
from guanxi.lib.statistics.churn import Encoded, encoded, leaks, score
from guanxi.lib.statistics.churn_files import read_cases

CUSTOMERS = 7_043


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--customer", default="1")
    parser.add_argument("--churned", default="2")
    asked = parser.parse_args()
    start = perf_counter()
    if asked.file:
        cases = read_cases(asked.file, asked.customer, asked.churned)
        columns, left = encoded(cases.columns)[0], np.array(cases.churned, bool)
    else:
        columns, left = made_up()
    read = perf_counter()
    known = np.ones(len(left), bool)
    suspects = leaks(columns, known, left)
    searched = perf_counter()
    found = score(columns, known, left)
    scored = perf_counter()
    print(
        f"{len(left):,} customers, {len(columns)} columns, {left.mean():.1%} left, suspected {list(suspects)}"
    )
    print(
        f"read and made numbers {read - start:.2f} s, leaks {searched - read:.2f} s, scored {scored - searched:.2f} s"
    )
    print(f"{'':14} {'AUC':>7} {'Brier':>7} {'lift 10 %':>9}")
    show("ours", found.chances, left)
    start = perf_counter()
    show("scikit-learn", theirs(columns, left), left)
    print(f"scikit-learn {perf_counter() - start:.2f} s")


def show(name: str, told: np.ndarray, left: np.ndarray) -> None:
    figures = roc_auc_score(left, told), brier_score_loss(left, told), lift(told, left)
    print(f"{name:14} {figures[0]:>7.4f} {figures[1]:>7.4f} {figures[2]:>9.2f}")


def theirs(columns: list[Encoded], left: np.ndarray) -> np.ndarray:
    values = np.column_stack([column.values for column in columns])
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    folds = StratifiedKFold(5, shuffle=True, random_state=16)
    return np.asarray(cross_val_predict(model, values, left, cv=folds, method="predict_proba")[:, 1])


def made_up() -> tuple[list[Encoded], np.ndarray]:
    """Four columns that count, fifteen that do not; a quarter leaves."""
    draw = np.random.default_rng(1)
    tenure, price = draw.integers(0, 73, CUSTOMERS), draw.normal(70, 25, CUSTOMERS)
    term, help_ = draw.integers(0, 3, CUSTOMERS), draw.integers(0, 2, CUSTOMERS)
    left = draw.random(CUSTOMERS) < expit(
        0.5 - 0.03 * tenure + 0.01 * (price - 70) - 1.2 * term - 0.5 * help_
    )
    columns = {"tenure": tenure.astype(str), "price": price.round(2).astype(str), "term": term, "help": help_}
    told = {
        name: [f"k{one}" if name in ("term", "help") else one for one in cells]
        for name, cells in columns.items()
    }
    told |= {f"service {n}": [f"k{one}" for one in draw.integers(0, 3, CUSTOMERS)] for n in range(15)}
    return encoded(told)[0], left


if __name__ == "__main__":
    main()
