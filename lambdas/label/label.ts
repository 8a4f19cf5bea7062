// Names map cells, off the hot path. A request holds the centre of a half-degree cell, never an
// address, a time or a user. The answer is cached, so a cell is requested once in 90 days. When the
// service throttles or refuses, the databases' own names stay.

import * as v from 'valibot';

/** A cell as the profile knows it, with the country the database gave. */
export type CellKey = { readonly cell: string; readonly country: string };

export type CellLabel = {
  readonly label: string;
  /** Shown beside the label where the provider requires it. */
  readonly source: string;
};

/** Names a position; undefined when there is nothing there. Throws when it is unavailable. */
export type PlaceNamer = {
  /** The provider, as shown beside its labels. */
  readonly source: string;
  readonly nameAt: (
    position: { readonly lat: number; readonly lon: number },
    key: CellKey,
  ) => Promise<{ readonly label: string; readonly country: string } | undefined>;
};

/** Where labels are kept. */
export type PlaceLabelStore = {
  /** Marks a cell as being worked on; false when it is known or already claimed. */
  readonly claim: (key: CellKey, untilMs: number) => Promise<boolean>;
  /** Keeps a label, or that there is none, until then. */
  readonly keep: (key: CellKey, label: CellLabel | undefined, untilMs: number) => Promise<void>;
};

export type LabelCounts = {
  readonly named: number;
  readonly nameless: number;
  readonly skipped: number;
  readonly unavailable: number;
};

const cellsMax = 100;
const hourMs = 3_600_000;
const claimMs = hourMs / 60;
const labelMs = 90 * 24 * hourMs;
const namelessMs = 24 * hourMs;
/** After a refusal nothing is asked for so long. */
const pauseMs = hourMs / 12;

const cellSchema = v.strictObject({
  cell: v.pipe(v.string(), v.regex(/^-?\d{1,2}\.[05]_-?\d{1,3}\.[05]$/)),
  country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
});

/** Everything the function accepts. Adding a key is a privacy change: docs/privacy.md. */
const labelPayload = v.strictObject({
  cells: v.pipe(v.array(cellSchema), v.maxLength(cellsMax)),
});

/** Cells in one payload. */
export const labelCellsMax = cellsMax;

/** The middle of a half-degree cell; undefined when the id names none on Earth. */
export function centreOf(cell: string): { lat: number; lon: number } | undefined {
  const [south = Number.NaN, west = Number.NaN] = cell.split('_').map(Number);
  const isOnEarth = south >= -90 && south < 90 && west >= -180 && west < 180;
  return isOnEarth ? { lat: south + 0.25, lon: west + 0.25 } : undefined;
}

/**
 * Makes the function's handler.
 * @throws Error (rejects) when the payload is anything but cells, or the table fails.
 */
export function makeLabel(deps: {
  readonly namer: PlaceNamer;
  readonly labels: PlaceLabelStore;
  readonly now: () => number;
}): (payload: unknown) => Promise<LabelCounts> {
  let pausedUntil = 0;

  const label = async (key: CellKey): Promise<keyof LabelCounts> => {
    const centre = centreOf(key.cell);
    // HERE's results for Japan may not be stored (AWS service terms), so none are asked for.
    if (!centre || key.country === 'JP') return 'skipped';
    if (deps.now() < pausedUntil) return 'unavailable';
    if (!(await deps.labels.claim(key, deps.now() + claimMs))) return 'skipped';
    const found = await deps.namer.nameAt(centre, key).catch(() => {
      pausedUntil = deps.now() + pauseMs;
      return 'unavailable' as const;
    });
    if (found === 'unavailable') return 'unavailable';
    // The centre of a cell may lie at sea or across a border.
    const isAccepted = found !== undefined && found.country === key.country;
    const kept = isAccepted ? { label: found.label, source: deps.namer.source } : undefined;
    await deps.labels.keep(key, kept, deps.now() + (kept ? labelMs : namelessMs));
    return kept ? 'named' : 'nameless';
  };

  return async (payload) => {
    const parsed = v.safeParse(labelPayload, payload, { abortEarly: true });
    if (!parsed.success) throw new Error('LABEL_PAYLOAD: not a list of cells');
    const counts = { named: 0, nameless: 0, skipped: 0, unavailable: 0 };
    for (const key of parsed.output.cells) counts[await label(key)] += 1;
    return counts;
  };
}
