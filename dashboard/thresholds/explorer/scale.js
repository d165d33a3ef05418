/** The slider's scales: the place of a threshold, 0 to 1 from the left, and the threshold of a place. */

export const SCALES = {
  /** As far from 99 to 99.9 % as from 90 to 99 %: where the scores are, there is room. */
  odds: {
    place: ({ odds_axis: axis }, threshold) => (threshold <= 0 ? 0 : threshold >= 1 ? 1 : placed(axis, threshold)),
    threshold: ({ odds_axis: axis, thresholds }, place) =>
      place <= 0 ? 0 : place >= 1 ? 1 : rounded(thresholds, probabilityAt(axis, place)),
    stepped: (data, threshold, steps) =>
      SCALES.odds.threshold(data, SCALES.odds.place(data, threshold) + steps / 500),
    bins: ({ odds }) => odds,
    ticks: ({ odds_axis: axis }) => oddsTicks(axis),
    dragStep: "any",
  },
  linear: {
    place: (_, threshold) => threshold,
    threshold: (_, place) => place,
    stepped: (_, threshold, steps) => moved(threshold, steps * STEP),
    bins: ({ pneumonia, normal }) => ({ pneumonia, normal }),
    ticks: () => PERCENT_TICKS,
    dragStep: STEP,
  },
};
