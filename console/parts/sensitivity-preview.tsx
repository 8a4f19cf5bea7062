// What a sensitivity would have meant, before it is saved: the alerts of the last 30 days by it,
// and those that there would be more and fewer.

import type { JSX } from 'preact';
import { useApi } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { SensitivityPreview as Preview, Settings } from '../api/types.ts';
import { previewText } from '../text/preview-text.ts';
import { Untrusted } from '../text/text.tsx';
import { Show } from './answers.tsx';
import { Time } from './time.tsx';

type Chosen = NonNullable<Settings['detection']>;
type PreviewProps = { readonly detection: Chosen };

export function SensitivityPreview({ detection }: PreviewProps): JSX.Element | null {
  const { sensitivity = 'normal', alertsPerThousandPerDay: number, strictGate } = detection;
  // A number that is being typed is asked about when it is one.
  const isAsked = number === undefined || (number > 0 && number <= 1000);
  const query = {
    sensitivity,
    ...(number === undefined ? {} : { alertsPerThousandPerDay: `${number}` }),
    ...(strictGate ? { strictGate: 'true' } : {}),
  };
  const answer = useApi<Preview>(isAsked ? apiPaths.sensitivity(query) : undefined, 0);
  if (!isAsked) return null;
  return (
    <Show answer={answer}>
      {(preview) => (
        <>
          <p class="card-meta" role="status">
            {previewText(preview)}
          </p>
          <Named title="Alerts that there would have been more" of={preview.more} />
          <Named title="Alerts that there would not have been" of={preview.fewer} />
        </>
      )}
    </Show>
  );
}

/** Alerts of one kind are shown by name up to this many. */
const namedMax = 12;

type NamedProps = { readonly title: string; readonly of: Preview['more'] };

function Named({ title, of: { alerts, items } }: NamedProps): JSX.Element | null {
  if (alerts === 0) return null;
  const shown = items.slice(0, namedMax);
  return (
    <details>
      <summary>
        {title}: {alerts}
      </summary>
      <ul>
        {shown.map(({ user, at, place }) => (
          <li key={`${user} ${at} ${place}`}>
            <a href={userHref(user)}>
              <Untrusted text={user} />
            </a>{' '}
            <Untrusted text={place} /> <Time at={at} />
          </li>
        ))}
        {alerts > shown.length ? <li>and {alerts - shown.length} more</li> : null}
      </ul>
    </details>
  );
}
