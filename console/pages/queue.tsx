// The queue: detections in the time range, newest first, by severity and state.

import type { JSX } from 'preact';
import { usePages } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { Detection } from '../api/types.ts';
import { Credits, More, Show } from '../parts/answers.tsx';
import { type Choices, ParameterChoice } from '../parts/choice.tsx';
import { DetectionList } from '../parts/detection-list.tsx';
import { ExportButtons } from '../parts/export.tsx';
import { severities } from '../parts/severity.tsx';
import { type Range, rangeQuery } from '../text/range.ts';
import { useTitle } from '../text/title.ts';

const pageLimit = '50';

type PageProps = { readonly query: URLSearchParams; readonly range: Range };

export function QueuePage({ query, range }: PageProps): JSX.Element {
  useTitle('Queue');
  const severity = query.get('severity') ?? '';
  const status = query.get('status') ?? '';
  const pathOf = (cursor: string | undefined): string =>
    apiPaths.detections({ severity, status, ...rangeQuery(range), limit: pageLimit, cursor });
  const list = usePages<Detection>(pathOf);
  return (
    <>
      <h1>Queue</h1>
      <div class="filters">
        <ParameterChoice
          name="severity"
          label="Severity"
          value={severity}
          choices={severityChoices}
        />
        <ParameterChoice name="status" label="State" value={status} choices={statusChoices} />
        <ExportButtons path={pathOf(undefined)} name="detections" />
      </div>
      <Show answer={list.answer}>
        {({ items, attribution }) => (
          <>
            {items.length === 0 ? (
              <p class="empty">
                No such detection in this time. Choose a longer time, another severity or state.
              </p>
            ) : (
              <DetectionList detections={items} />
            )}
            <More
              more={list.more}
              isLoading={list.isLoadingMore}
              problem={list.moreProblem}
              label="Older detections"
            />
            <Credits lines={attribution} />
          </>
        )}
      </Show>
    </>
  );
}

const severityChoices: Choices = [['', 'any'], ...severities.map((one) => [one, one] as const)];
const statusChoices: Choices = [
  ['', 'any'],
  ['new', 'new'],
  ['in-progress', 'in progress'],
  ['resolved', 'resolved'],
];
