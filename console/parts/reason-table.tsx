// Why a session is abnormal, and, apart from that, what speaks for the user: each reason with its
// weight and numbers. Times inside a reason are shown in the reader's zone.

import type { JSX } from 'preact';
import type { Reason } from '../api/types.ts';
import { grouped, withLocalTimes } from '../text/clock-text.ts';
import { numberName } from '../text/number-names.ts';
import { Untrusted } from '../text/text.tsx';
import { usePreferences } from './preferences.ts';
import { type Column, Table } from './table.tsx';
import { useNow } from './time.tsx';

export function ReasonTable({ reasons }: { readonly reasons: readonly Reason[] }): JSX.Element {
  const { zone } = usePreferences();
  const now = useNow();
  const heaviest = Math.max(...reasons.map(({ weight }) => Math.abs(weight)), 0.001);
  const columns: readonly Column<Reason>[] = [
    {
      title: 'Reason',
      isHead: true,
      cell: ({ text, numbers }) => (
        <>
          <Untrusted text={withLocalTimes(text, zone, now)} />
          <Numbers numbers={numbers} />
        </>
      ),
    },
    {
      title: 'Weight',
      cell: ({ weight }) => <Weight weight={weight} heaviest={heaviest} />,
    },
  ];
  const table = (caption: string, rows: readonly Reason[]): JSX.Element | null =>
    rows.length === 0 ? null : (
      <Table
        caption={caption}
        isWide
        columns={columns}
        rows={rows}
        keyOf={({ term, text }) => `${term} ${text}`}
      />
    );
  const against = reasons.filter(({ weight }) => weight >= 0);
  const forUser = reasons.filter(({ weight }) => weight < 0).toReversed();
  return (
    <>
      {table('What speaks for somebody else, heaviest first', against)}
      {table('What speaks for the user, heaviest first', forUser)}
    </>
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
        {isAgainst ? 'for the user' : 'for somebody else'}, {weight.toFixed(1)}
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
