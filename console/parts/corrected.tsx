// What records showed after a detection was raised: it was raised further, lowered, withdrawn, or
// stands again; why, and when.

import type { JSX } from 'preact';
import type { Detection } from '../api/types.ts';
import { withLocalTimes } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { Block } from './answers.tsx';
import { usePreferences } from './preferences.ts';
import { Time, useNow } from './time.tsx';

type DetectionProps = { readonly detection: Detection };

/** What records showed after it was raised: the reader sees first that it no longer says so. */
export function Corrected({ detection }: DetectionProps): JSX.Element | null {
  const { correction, status } = detection;
  const { zone } = usePreferences();
  const now = useNow();
  if (!correction) return null;
  const { change, severity, score, reason, at } = correction;
  const isNoted = change === 'withdrawn' && status !== 'withdrawn';
  return (
    <Block id="corrected" title={headings[change]}>
      <p>
        <Untrusted text={withLocalTimes(reason, zone, now)} />.
      </p>
      <p class="card-meta">
        It was {severity}, {score} of 100; a record of <Time at={at} hasAge /> showed otherwise.
        {isNoted ? ' An analyst has classified it: that stands.' : null}
      </p>
    </Block>
  );
}

const headings = {
  withdrawn: 'Would not be raised any more',
  lowered: 'Lowered',
  raised: 'Raised',
  restored: 'Stands again',
} as const;
