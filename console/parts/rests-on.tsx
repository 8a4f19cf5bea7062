// What the weights of a detection were computed from, as of its judgement: asked for only when
// somebody opens it. What each number means is docs/detection.md, "Recomputing a detection".

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { Basis, Detection } from '../api/types.ts';
import { Show } from './answers.tsx';
import { Numbers } from './reason-bars.tsx';
import { type Column, Table } from './table.tsx';

type DetectionProps = { readonly detection: Detection };

export function RestsOn({ detection }: DetectionProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>What this rests on</summary>
      {isOpen ? <Rests detection={detection} /> : null}
    </details>
  );
}

type BasisReason = Basis['reasons'][number];

const columns: readonly Column<BasisReason>[] = [
  { title: 'Evidence', isHead: true, cell: ({ term, aspect = '' }) => `${term} ${aspect}`.trim() },
  { title: 'Computed from', cell: ({ inputs = {} }) => <Numbers numbers={inputs} /> },
  { title: 'Weight', isNumber: true, cell: ({ weight }) => weight?.toFixed(3) ?? '' },
];

function Rests({ detection: { id, user } }: DetectionProps): JSX.Element {
  const answer = useApi<Basis>(apiPaths.learned(user, id), 0);
  return (
    <Show answer={answer}>
      {({ note, reasons, nats, threshold, organisation, gate }) =>
        note === undefined ? (
          <>
            <p>
              Learned when it was judged. The weights add up to {nats?.toFixed(3)}; an alert is
              raised from {threshold?.toFixed(3)} on. Days since the first session:{' '}
              {gate?.daysSinceFirst.toFixed(1)}; sessions in 30 days: {gate?.sessionsInMonth}. Users
              of the organisation: {organisation?.users}.
            </p>
            <Table
              caption="What each weight was computed from"
              isWide
              columns={columns}
              rows={reasons}
              keyOf={({ term, text }) => `${term} ${text}`}
            />
          </>
        ) : (
          <p>{note}</p>
        )
      }
    </Show>
  );
}
