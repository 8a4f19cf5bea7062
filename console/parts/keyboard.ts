// Keyboard shortcuts. Single keys can be switched off in the help dialog (WCAG 2.1.4) and are
// ignored while the user types.

import { useEffect } from 'preact/hooks';
import { preferences } from './preferences.ts';
import { navigate } from './router.ts';

/** Every shortcut with what it does: shown by the help dialog. */
export const shortcuts: readonly (readonly [keys: string, does: string])[] = [
  ['/', 'find a user'],
  ['g o', 'go to the overview'],
  ['g d', 'go to the detections'],
  ['g l', 'go to who is connected now'],
  ['g u', 'go to the users'],
  ['g c', 'go to the devices'],
  ['g r', 'go to the relays'],
  ['g s', 'go to the settings'],
  ['j', 'next row'],
  ['k', 'previous row'],
  ['Enter', 'open the row'],
  ['e', 'export the list as CSV'],
  ['?', 'this help'],
];

const places: Readonly<Record<string, string>> = {
  o: '/',
  d: '/detections',
  l: '/live',
  u: '/users',
  c: '/devices',
  r: '/relays',
  s: '/settings',
};

/** How long a `g` waits for its second key. */
const sequenceMs = 1_200;

/** Listens while the component is there. */
export function useKeys(openHelp: () => void): void {
  useEffect(() => {
    let wentAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (preferences().keys === 'off' || isTyping(event)) return;
      const { key } = event;
      const target = event.timeStamp - wentAt < sequenceMs ? places[key] : undefined;
      wentAt = key === 'g' ? event.timeStamp : 0;
      if (target) navigate(target);
      else if (key === '/') document.getElementById('search')?.focus();
      else if (key === '?') openHelp();
      else if (key === 'e') document.querySelector<HTMLElement>('[data-export=csv]')?.click();
      else if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [openHelp]);
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
