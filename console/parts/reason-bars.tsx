// Why a connection is abnormal: each reason as a bar of its weight, what speaks for the user the
// other way. The numbers a reason was computed from are folded.

import type { JSX } from 'preact';
import type { Reason } from '../api/types.ts';
import { grouped, withLocalTimes } from '../text/clock-text.ts';
import { numberName } from '../text/number-names.ts';
import { Untrusted } from '../text/text.tsx';
import { usePreferences } from './preferences.ts';
import { useNow } from './time.tsx';

type BarsProps = {
  readonly reasons: readonly Reason[];
  /** With the numbers that each was computed from. */
  readonly hasNumbers?: boolean;
};

export function ReasonBars({ reasons, hasNumbers = false }: BarsProps): JSX.Element {
  const { zone } = usePreferences();
  const now = useNow();
  const heaviest = Math.max(...reasons.map(({ weight }) => Math.abs(weight)), 0.001);
  return (
    <ul class="reasons">
      {reasons.map(({ term, text, weight, numbers }) => (
        <li key={`${term} ${text}`} class={weight < 0 ? 'reason against' : 'reason'}>
          <span class="weight-bar" aria-hidden="true">
            <span style={{ width: `${Math.max(3, (Math.abs(weight) / heaviest) * 100)}%` }} />
          </span>
          <span class="reason-text">
            <Untrusted text={withLocalTimes(text, zone, now)} />
          </span>
          {hasNumbers ? (
            <details>
              <summary>
                {weight < 0 ? 'points to the user' : 'points to somebody else'}, weight{' '}
                {weight.toFixed(1)}
              </summary>
              <Numbers numbers={numbers} />
            </details>
          ) : (
            <span class="unseen">, weight {weight.toFixed(1)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Numbers({ numbers }: { readonly numbers: Reason['numbers'] }): JSX.Element {
  return (
    <dl class="numbers">
      {Object.entries(numbers).map(([key, value]) => {
        const [name, unit] = numberName(key);
        return (
          <div key={key}>
            <dt>
              <Untrusted text={name} />
            </dt>
            <dd>
              {grouped(value)} {unit}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
