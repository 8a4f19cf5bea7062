// A number that leads to what it counts; where it is not counted, a link that looks.

import type { JSX } from 'preact';
import { grouped } from '../text/clock-text.ts';

type Props = {
  /** Absent: not counted here. */
  readonly count: number | undefined;
  /** Of them, those that are not resolved. */
  readonly unresolved?: number | undefined;
  readonly href: string;
};

export function CountLink({ count, unresolved = 0, href }: Props): JSX.Element {
  if (count === 0) return <>0</>;
  return (
    <>
      <a href={href}>{count === undefined ? 'look' : grouped(count)}</a>
      {unresolved > 0 ? <span class="under">{grouped(unresolved)} unresolved</span> : null}
    </>
  );
}
