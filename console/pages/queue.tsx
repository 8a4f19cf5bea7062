// The queue, where a shift begins: what is unresolved, the worst first. Facets narrow it, keys work
// through it, the selected one is shown beside it, and many are decided at once.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { calmMs, type Pages, useApi, usePages } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { DetectionCounts, ListedDetection } from '../api/types.ts';
import { Credits, Show } from '../parts/answers.tsx';
import { ExportButtons } from '../parts/export.tsx';
import { Facets, LinkedFilters } from '../parts/facets.tsx';
import { List } from '../parts/list.tsx';
import { useMe } from '../parts/me.ts';
import { rememberOrder } from '../parts/neighbours.tsx';
import { filtersOf, orderOf } from '../parts/queue-query.ts';
import { setParameters } from '../parts/router.ts';
import { Trend } from '../parts/trend.tsx';
import { sumOf } from '../text/queue-sum.ts';
import { type Range, spanOfRange } from '../text/range.ts';
import { useTitle } from '../text/title.ts';
import { Preview } from './preview.tsx';
import { columnsFor, nameOf } from './queue-columns.tsx';
import { DecisionBar, Outcome, useDecisions } from './queue-decisions.tsx';

const pageLimit = '100';

type PageProps = { readonly query: URLSearchParams; readonly range: Range };

/** The row that was worked on last, to come back to. */
let lastCursor: string | undefined;

export function QueuePage({ query, range }: PageProps): JSX.Element {
  useTitle('Queue');
  const filters = filtersOf(query, range);
  const { by, isDescending } = orderOf(query);
  const order = isDescending ? 'desc' : 'asc';
  const list = usePages<ListedDetection>((cursor) =>
    apiPaths.detections({ ...filters, sort: by, order, limit: pageLimit, cursor }),
  );
  const counts = useApi<DetectionCounts>(apiPaths.detectionCounts(filters), calmMs);
  return (
    <>
      <div class="head-line">
        <h1>Queue</h1>
        <Sum counts={counts.kind === 'ok' ? counts.data : undefined} />
        <a href="/cases">By case</a>
        <ExportButtons
          path={apiPaths.detections({ ...filters, sort: by, order })}
          name="detections"
        />
      </div>
      <div class="queue">
        <Facets answer={counts} query={query} />
        <div class="queue-main">
          <LinkedFilters query={query} />
          {counts.kind === 'ok' ? (
            <Trend counts={counts.data} span={spanOfRange(range, Date.now())} />
          ) : null}
          <Show answer={list.answer}>
            {({ items, attribution }) => (
              <>
                <Worked query={query} list={list} items={items} counts={counts} />
                <Credits lines={attribution} />
              </>
            )}
          </Show>
        </div>
      </div>
    </>
  );
}

/** How many there are, and how decisions went. */
function Sum({ counts }: { readonly counts: DetectionCounts | undefined }): JSX.Element | null {
  if (!counts) return null;
  return <p class="tiles-note">{sumOf(counts)}</p>;
}

type WorkedProps = {
  readonly query: URLSearchParams;
  readonly list: Pages<ListedDetection>;
  readonly items: readonly ListedDetection[];
  readonly counts: ReturnType<typeof useApi<DetectionCounts>>;
};

function Worked({ query, list, items, counts }: WorkedProps): JSX.Element {
  const me = useMe();
  const [cursor, setCursor] = useState(lastCursor);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const total = counts.kind === 'ok' ? counts.data.total : undefined;
  const moveTo = (key: string | undefined): void => {
    lastCursor = key;
    setCursor(key);
  };
  rememberOrder(items.map(({ id }) => id));
  const at = items.find(({ id }) => id === cursor) ?? items[0];
  const chosen = items.filter(({ id }) => selected.has(id));
  const decisions = useDecisions({
    items,
    chosen,
    at,
    me,
    moveTo,
    clear: () => setSelected(new Set()),
  });
  const { by, isDescending } = orderOf(query);
  return (
    <div class="queue-list">
      <div>
        <DecisionBar
          decisions={decisions}
          chosen={chosen}
          loaded={items.length}
          total={total}
          list={list}
          onSelect={(keys) => setSelected(new Set(keys))}
          me={me}
        />
        <List
          caption="Detections"
          columns={columnsFor(me)}
          rows={items}
          keyOf={({ id }) => id}
          total={total}
          order={{ by, isDescending }}
          onOrder={(order) =>
            setParameters({ sort: order.by, order: order.isDescending ? 'desc' : 'asc' })
          }
          selection={{ keys: selected, onChange: setSelected, nameOf: (key) => nameOf(items, key) }}
          cursor={at?.id}
          onCursor={moveTo}
          more={list.more}
          isLoadingMore={list.isLoadingMore}
          moreProblem={list.moreProblem}
          moreLabel="More detections"
          empty="No such detection in this time. Choose a longer time, or other filters."
        />
        <Outcome decisions={decisions} />
      </div>
      {at ? <Preview key={at.id} detection={at} me={me} /> : null}
    </div>
  );
}
