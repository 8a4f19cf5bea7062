// Why a session is abnormal, and what mitigates: each reason with its weight and numbers.

import type { JSX } from 'preact';
import type { Reason } from '../api/types.ts';
import { grouped } from '../text/clock-text.ts';
import { numberName } from '../text/number-names.ts';
import { Untrusted } from '../text/text.tsx';
import { type Column, Table } from './table.tsx';

export function ReasonTable({ reasons }: { readonly reasons: readonly Reason[] }): JSX.Element {
  const heaviest = Math.max(...reasons.map(({ weight }) => Math.abs(weight)), 0.001);
  const columns: readonly Column<Reason>[] = [
    {
      title: 'Reason',
      isHead: true,
      cell: ({ text, numbers }) => (
        <>
          <Untrusted text={text} />
          <Numbers numbers={numbers} />
        </>
      ),
    },
    {
      title: 'Weight',
      cell: ({ weight }) => <Weight weight={weight} heaviest={heaviest} />,
    },
  ];
  return (
    <Table
      caption="Reasons, heaviest first"
      isWide
      columns={columns}
      rows={reasons}
      keyOf={({ term, text }) => `${term} ${text}`}
    />
  );
}

type WeightProps = { readonly weight: number; readonly heaviest: number };

function Weight({ weight, heaviest }: WeightProps): JSX.Element {
  const isAgainst = weight < 0;
  return (
    <span class={isAgainst ? 'weight against' : 'weight'}>
      <span class="weight-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(3, (Math.abs(weight) / heaviest) * 100)}%` }} />
      </span>
      <span class="weight-text">
        {isAgainst ? 'speaks against it' : 'speaks for it'}, {weight.toFixed(1)}
      </span>
    </span>
  );
}

function Numbers({ numbers }: { readonly numbers: Reason['numbers'] }): JSX.Element {
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
