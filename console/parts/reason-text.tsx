// Text of the API that names times, as the reader has them: a page shows one zone.

import type { JSX } from 'preact';
import { withLocalTimes } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { usePreferences } from './preferences.ts';
import { useNow } from './time.tsx';

/** A reason or a headline made from one. */
export function ReasonText({ text }: { readonly text: string }): JSX.Element {
  const { zone } = usePreferences();
  return <Untrusted text={withLocalTimes(text, zone, useNow())} />;
}
