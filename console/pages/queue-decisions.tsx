// Deciding about what is selected, or about the row that keys act on: buttons and keys, what became
// of it, and ten seconds in which it can be taken back.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Pages } from '../api/api.ts';
import { type Change, type Decided, decide } from '../api/decide.ts';
import type { ListedDetection, Me, TriagePatch } from '../api/types.ts';
import { useOwnKeys } from '../parts/keyboard.ts';
import { refusalOf } from '../parts/me.ts';
import { counted, grouped } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';

const undoMs = 10_000;
/** As many are selected at once at most. */
const selectedMax = 1_000;

/** What can be decided for many, with its key. */
const decisions = [
  { key: 'b', label: 'Benign', did: 'classified as benign', change: benign() },
  { key: 'm', label: 'Malicious', did: 'classified as malicious', change: malicious() },
  { key: 'a', label: 'Assign to me', did: 'assigned to you', change: { owner: 'me' } },
] as const satisfies readonly Decision[];

type Decision = {
  readonly key: string;
  readonly label: string;
  readonly did: string;
  readonly change: TriagePatch;
};

function benign(): TriagePatch {
  return { classification: 'benign', status: 'resolved' };
}

function malicious(): TriagePatch {
  return { classification: 'malicious', status: 'in-progress' };
}

type Working = {
  readonly items: readonly ListedDetection[];
  readonly chosen: readonly ListedDetection[];
  readonly at: ListedDetection | undefined;
  readonly me: Me | undefined;
  readonly moveTo: (key: string | undefined) => void;
  readonly clear: () => void;
};

/** What was done, in words, and what takes it back. */
type Said = { readonly text: string; readonly isGood: boolean; readonly undo: readonly Change[] };

export type Decisions = {
  readonly isSending: boolean;
  readonly said: Said | undefined;
  readonly make: (decision: Decision) => void;
  readonly undo: () => void;
};

export function useDecisions(working: Working): Decisions {
  const { items, chosen, at, me, moveTo, clear } = working;
  const [isSending, setSending] = useState(false);
  const [said, setSaid] = useState<Said | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (next: Said): void => {
    clearTimeout(timer.current);
    setSaid(next);
    timer.current = setTimeout(() => setSaid(undefined), undoMs);
  };
  const run = async (
    changes: readonly Change[],
    about: readonly ListedDetection[],
    did: string,
  ) => {
    setSending(true);
    const done = await decide(changes, about);
    setSending(false);
    return say({ ...wordsOf(done, did), undo: done.undo });
  };
  const make = ({ change, did }: Decision): void => {
    const about = chosen.length > 0 ? chosen : at ? [at] : [];
    if (about.length === 0 || isSending || refusalOf(me, 'classify-detections')) return;
    moveTo(afterOf(items, about));
    clear();
    run([{ change, items: about.map(({ id, etag }) => ({ id, etag })) }], about, did).catch(
      reportError,
    );
  };
  const undo = (): void => {
    if (!said || said.undo.length === 0 || isSending) return;
    run(said.undo, [], 'as before').catch(reportError);
  };
  useOwnKeys((key) => {
    const decision = decisions.find((one) => one.key === key);
    if (decision) make(decision);
    else if (key === 'u') undo();
    else return false;
    return true;
  });
  return { isSending, said, make, undo };
}

/** The row to go on with: the first after those decided, else the last before. */
function afterOf(
  items: readonly ListedDetection[],
  about: readonly ListedDetection[],
): string | undefined {
  const decided = new Set(about.map(({ id }) => id));
  const last = items.findLastIndex(({ id }) => decided.has(id));
  const rest = items.slice(last + 1).find(({ id }) => !decided.has(id));
  return (rest ?? items.slice(0, last).findLast(({ id }) => !decided.has(id)))?.id;
}

function wordsOf(done: Decided, did: string): { readonly text: string; readonly isGood: boolean } {
  const { changed, overtaken, failed, problem } = done;
  const parts = [
    changed > 0 ? `${grouped(changed)} ${did}.` : '',
    overtaken > 0
      ? `${grouped(overtaken)} left as they are: a colleague changed them first. Look again.`
      : '',
    failed > 0 ? `${grouped(failed)} could not be changed: try again.` : '',
    problem ? `${printable(problem.title)}.` : '',
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  return { text, isGood: overtaken + failed === 0 && !problem };
}

type BarProps = {
  readonly decisions: Decisions;
  readonly chosen: readonly ListedDetection[];
  readonly loaded: number;
  readonly total: number | undefined;
  readonly list: Pages<ListedDetection>;
  readonly onSelect: (keys: readonly string[]) => void;
  readonly me: Me | undefined;
};

/** Stands above the list: what keys act on, and the same as buttons. */
export function DecisionBar(props: BarProps): JSX.Element {
  const { decisions: made, chosen, loaded, total = loaded, list, onSelect, me } = props;
  const [isSelectingAll, setSelectingAll] = useState(false);
  const goal = Math.min(total, selectedMax);
  useEffect(() => {
    if (!isSelectingAll) return;
    const isDone = loaded >= goal || !list.more || list.moreProblem !== undefined;
    if (!isDone && !list.isLoadingMore) list.more?.();
    if (!isDone || list.answer.kind !== 'ok') return;
    onSelect(list.answer.data.items.map(({ id }) => id).slice(0, selectedMax));
    setSelectingAll(false);
  }, [isSelectingAll, loaded, list.isLoadingMore]);
  const count = chosen.length;
  return (
    <fieldset class="decision-bar" aria-label="Decide">
      <span>{count > 0 ? `${grouped(count)} selected` : 'The marked row'}</span>
      <DecisionButtons made={made} me={me} isEmpty={loaded === 0} />
      {count > 0 ? (
        <button type="button" class="quiet" onClick={() => onSelect([])}>
          None
        </button>
      ) : null}
      {count < goal && loaded > 0 ? (
        <button
          type="button"
          class="quiet"
          disabled={isSelectingAll}
          onClick={() => setSelectingAll(true)}
        >
          {isSelectingAll ? 'Selecting …' : `Select all ${grouped(goal)}`}
        </button>
      ) : null}
    </fieldset>
  );
}

type ButtonsProps = {
  readonly made: Decisions;
  readonly me: Me | undefined;
  readonly isEmpty: boolean;
};

/** The decisions as buttons, with their keys. */
export function DecisionButtons({ made, me, isEmpty }: ButtonsProps): JSX.Element {
  const refusal = refusalOf(me, 'classify-detections');
  return (
    <>
      {decisions.map((decision) => (
        <button
          key={decision.key}
          type="button"
          disabled={made.isSending || isEmpty || refusal !== undefined}
          title={refusal}
          onClick={() => made.make(decision)}
        >
          {decision.label} <kbd>{decision.key}</kbd>
        </button>
      ))}
      {refusal ? <span class="note">{refusal}</span> : null}
    </>
  );
}

/** What became of the last decision, and the way back. */
export function Outcome({ decisions: made }: { readonly decisions: Decisions }): JSX.Element {
  const { said, isSending, undo } = made;
  return (
    <div class="toast-room" role="status">
      {isSending ? <p class="toast">Saving …</p> : null}
      {said && !isSending ? (
        <p class={said.isGood ? 'toast' : 'toast bad'}>
          {said.text}{' '}
          {said.undo.length > 0 ? (
            <button type="button" onClick={undo}>
              Undo <kbd>u</kbd>
              <span class="unseen"> for {counted(undoMs / 1000, 'second')}</span>
            </button>
          ) : null}
        </p>
      ) : null}
    </div>
  );
}
