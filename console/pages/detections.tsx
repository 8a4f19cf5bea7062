// All detections, newest first, by severity and time.

import type { JSX } from 'preact';
import { Credits, More, Show } from '../answers.tsx';
import { usePages } from '../api.ts';
import type { Detection } from '../api-types.ts';
import { DetectionList } from '../detection-list.tsx';
import { apiPaths } from '../paths.ts';
import { RangeChoice, rangeOf } from '../range-choice.tsx';
import { setParameter } from '../router.ts';
import { severities } from '../severity.tsx';
import { useTitle } from '../title.ts';

const pageLimit = '50';

type PageProps = { readonly severity: string; readonly range: string };

export function DetectionsPage({ severity, range }: PageProps): JSX.Element {
  useTitle('Detections');
  const from = rangeOf(range);
  const list = usePages<Detection>((cursor) =>
    apiPaths.detections({ severity, from, limit: pageLimit, cursor }),
  );
  return (
    <>
      <h1>Detections</h1>
      <div class="filters">
        <SeverityChoice severity={severity} />
        <RangeChoice range={from} />
      </div>
      <Show answer={list.answer}>
        {({ items, attribution }) => (
          <>
            {items.length === 0 ? (
              <p class="empty">
                No such detection in this time. Choose a longer time or another severity.
              </p>
            ) : (
              <DetectionList detections={items} />
            )}
            <More more={list.more} isLoading={list.isLoadingMore} label="Older detections" />
            <Credits lines={attribution} />
          </>
        )}
      </Show>
    </>
  );
}

function SeverityChoice({ severity }: { readonly severity: string }): JSX.Element {
  return (
    <fieldset class="choice">
      <legend>Severity</legend>
      {['', ...severities].map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="severity"
            checked={severity === one}
            onChange={() => setParameter('severity', one)}
          />
          <span>{one === '' ? 'any' : one}</span>
        </label>
      ))}
    </fieldset>
  );
}
