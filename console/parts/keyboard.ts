// Keyboard shortcuts. Single keys can be switched off in the help dialog (WCAG 2.1.4) and are
// ignored while the user types. A list that is worked through takes its own keys first.
// Who sees a page may type: keys are listened to as soon as it stands in the document, not after it
// was painted, or the first one would be another's or lost.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { preferences } from './preferences.ts';
import { navigate } from './router.ts';

/** Where `g` and a letter lead. */
export type Destination = {
  readonly letter: string;
  readonly href: string;
  readonly title: string;
};

export type Shortcut = readonly [keys: string, does: string];

/** Shortcuts of every page, with what each does: shown by the help dialog. */
export const shortcuts: readonly Shortcut[] = [
  ['/', 'search'],
  ['j', 'next row'],
  ['k', 'previous row'],
  ['Enter', 'open the row'],
  ['e', 'export the list as CSV'],
  ['?', 'this help'],
];

/** Shortcuts of a list whose rows are worked through. */
export const listShortcuts: readonly Shortcut[] = [
  ['x', 'select the row, or not any more'],
  ['X', 'select all rows from the one selected last to this one'],
  ['a', 'assign what is selected, or the row, to me'],
  ['b', 'classify it as benign'],
  ['m', 'classify it as malicious'],
  ['u', 'undo the last decision'],
];

/** How long a `g` waits for its second key. */
const sequenceMs = 1_200;

/** @returns whether the key was meant for it */
type KeyTaker = (key: string) => boolean;
let takers: readonly KeyTaker[] = [];

/** Takes keys before the page does, while the component is there; the newest one first. */
export function useOwnKeys(take: KeyTaker): void {
  const newest = useRef(take);
  newest.current = take;
  useLayoutEffect(() => {
    const own: KeyTaker = (key) => newest.current(key);
    takers = [own, ...takers];
    return () => {
      takers = takers.filter((one) => one !== own);
    };
  }, []);
}

/** Listens while the component is there. */
export function useKeys(openHelp: () => void, destinations: readonly Destination[]): void {
  useLayoutEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if (preferences().keys === 'off' || isTyping(event)) return;
      const { key } = event;
      const isSecond = event.timeStamp - wentAt < sequenceMs;
      const target = isSecond ? destinations.find(({ letter }) => letter === key) : undefined;
      wentAt = key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (target) navigate(target.href);
      const isTaken = target || takers.some((take) => take(key)) || takenByPage(key, openHelp);
      if (isTaken) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [openHelp, destinations]);
}

function takenByPage(key: string, openHelp: () => void): boolean {
  if (key === '/') document.getElementById('search')?.focus();
  else if (key === '?') openHelp();
  else if (key === 'e') document.querySelector<HTMLElement>('[data-export=csv]')?.click();
  else if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1);
  else return false;
  return true;
}

function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  return target.matches('input:not([type=radio], [type=checkbox]), select, textarea, dialog *');
}

/** Rows are links, so Enter opens the one that has the focus. */
function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.row-link')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by;
  rows[next]?.focus();
}
