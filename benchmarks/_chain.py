"""A chain of conditional likelihoods over the characters of a text, each the begin, a middle or the end of a name or no
part of one (a linear-chain conditional random field, learnt by AdaGrad). What no name is weighs nought."""

from __future__ import annotations

import math
import random
from typing import Final

BEGIN: Final = 0
MIDDLE: Final = 1
END: Final = 2
NONE: Final = 3
LITTLE: Final = 0.01
"""A smaller error teaches nothing."""
NEVER: Final = -1e30
FAR: Final = -30.0
"""A likelihood whose logarithm is smaller is nought."""


class Example:
    """``features``: the numbers of the features of each character; ``labels``: what each is."""

    def __init__(self, features: list[list[int]], labels: list[int]) -> None:
        self.features = features
        self.labels = labels


class Model:
    """A weight and the sum of its squared steps for each feature as begin, middle and end; and for each move: none to
    begin, begin to middle, begin to end, middle to middle, middle to end."""

    def __init__(self, size: int) -> None:
        self.begin = [0.0] * size
        self.middle = [0.0] * size
        self.end = [0.0] * size
        self.moves = [-4.0, 0.0, 0.0, 0.0, 0.0]
        self.squared = [[0.01] * size, [0.01] * size, [0.01] * size, [0.01] * 5]


def sums(model: Model, features: list[list[int]]) -> tuple[list[float], list[float], list[float]]:
    """What the features of each character weigh for it as begin, middle and end."""
    begins: list[float] = []
    middles: list[float] = []
    ends: list[float] = []
    of_begin, of_middle, of_end = model.begin, model.middle, model.end
    for numbers in features:
        begin = middle = end = 0.0
        for number in numbers:
            begin += of_begin[number]
            middle += of_middle[number]
            end += of_end[number]
        begins.append(begin)
        middles.append(middle)
        ends.append(end)
    return begins, middles, ends


def either(one: float, other: float) -> float:
    """The logarithm of the sum of two likelihoods given by theirs."""
    if one < other:
        one, other = other, one
    return one if other - one < FAR else one + math.log1p(math.exp(other - one))


def likely(logarithm: float) -> float:
    return math.exp(logarithm) if logarithm > FAR else 0.0


def expected(
    begins: list[float], middles: list[float], ends: list[float], moves: list[float]
) -> tuple[list[float], list[float], list[float], list[float]]:
    """How likely each character is begin, middle and end, and how often each move is to be expected."""
    size = len(begins)
    before: list[tuple[float, float, float]] = []
    none, begun, within, ended = 0.0, NEVER, NEVER, NEVER
    for at in range(size):
        free = either(none, ended)
        going = either(begun + moves[1], within + moves[3]) + middles[at]
        gone = either(begun + moves[2], within + moves[4]) + ends[at]
        none, begun, within, ended = free, free + moves[0] + begins[at], going, gone
        before.append((begun, within, ended))
    whole = either(none, ended)
    begin, middle, end, moved = [0.0] * size, [0.0] * size, [0.0] * size, [0.0] * 5
    after_none, after_begin, after_middle = 0.0, NEVER, NEVER
    for at in range(size - 1, -1, -1):
        begun, within, ended = before[at]
        begin[at] = likely(begun + after_begin - whole)
        middle[at] = likely(within + after_middle - whole)
        end[at] = likely(ended + after_none - whole)
        moved[0] += begin[at]
        as_begin, as_middle, as_end = after_begin + begins[at], after_middle + middles[at], after_none + ends[at]
        if at:
            begun, within, ended = before[at - 1]
            moved[1] += likely(begun + moves[1] + as_middle - whole)
            moved[2] += likely(begun + moves[2] + as_end - whole)
            moved[3] += likely(within + moves[3] + as_middle - whole)
            moved[4] += likely(within + moves[4] + as_end - whole)
        after_none = either(after_none, moves[0] + as_begin)
        after_begin = either(moves[1] + as_middle, moves[2] + as_end)
        after_middle = either(moves[3] + as_middle, moves[4] + as_end)
    return begin, middle, end, moved


def learnt(examples: list[Example], size: int, rounds: int, pace: float) -> Model:
    """The model of ``size`` features after so many rounds through the examples."""
    model, order, chance = Model(size), list(range(len(examples))), random.Random(1)
    weights = [model.begin, model.middle, model.end]
    for _ in range(rounds):
        chance.shuffle(order)
        for number in order:
            example = examples[number]
            begins, middles, ends = sums(model, example.features)
            begin, middle, end, moved = expected(begins, middles, ends, model.moves)
            found = [begin, middle, end]
            last = NONE
            for at in range(len(example.labels)):
                label = example.labels[at]
                if label == BEGIN:
                    moved[0] -= 1.0
                elif label != NONE:
                    moved[(1 if last == BEGIN else 3) + (label == END)] -= 1.0
                last = label
                for n in range(3):
                    error = (1.0 if label == n else 0.0) - found[n][at]
                    if abs(error) > LITTLE:
                        learn(weights[n], model.squared[n], example.features[at], error, pace)
            for n in range(5):
                if moved[n] != 0.0:
                    learn(model.moves, model.squared[3], [n], -moved[n], pace)
    return model


def learn(weights: list[float], squared: list[float], numbers: list[int], error: float, pace: float) -> None:
    """A step of AdaGrad for each of these weights."""
    for number in numbers:
        squared[number] += error * error
        weights[number] += pace * error / math.sqrt(squared[number])
