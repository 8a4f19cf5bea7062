// What is expected of a user: trips and standing exceptions, as people state them, and the form for
// one more. Promise: it says what it quiets and what not, until when, who said so and why.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Expected, ExpectedList, Problem } from '../api/types.ts';
import { printable } from '../text/printable.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { Block, Show } from './answers.tsx';
import { ChangeNotice } from './form.tsx';
import { Time } from './time.tsx';

const kinds = [
  ['country', 'Country', 'two letters, such as JP'],
  ['network', 'Network', 'AS number, such as AS3320'],
  ['address', 'Address', 'an IP address'],
  ['device', 'Device', 'its key, as the list of devices shows it'],
  ['place', 'Place', 'its key, such as JP/Tokyo/Tokyo'],
] as const;
const kindNames: Readonly<Record<string, string>> = Object.fromEntries(kinds);
const stateNames: Readonly<Record<string, string>> = {
  current: 'now',
  coming: 'coming',
  past: 'past',
};

/** The block on a user's page. */
export function ExpectedBlock({ user }: { readonly user: string }): JSX.Element {
  const answer = useApi<ExpectedList>(apiPaths.expected(user), calmMs);
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState('');
  const change = async (
    method: 'POST' | 'DELETE',
    path: string,
    body?: Record<string, string>,
  ): Promise<boolean> => {
    const sent = await send({ method, path, ...(body ? { body } : {}) });
    const isDone = !('problem' in sent);
    setProblem(isDone ? undefined : sent.problem);
    setSaid(isDone ? (method === 'POST' ? 'It is expected.' : 'Taken back.') : '');
    return isDone;
  };
  return (
    <Block id="expected" title="Expected">
      <Show answer={answer}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">No trip and no exception is expected of this user.</p>
          ) : (
            <ul class="plain-list">
              {items.map((one) => (
                <One
                  key={one.id}
                  expected={one}
                  onRemove={() => void change('DELETE', apiPaths.expectedOne(user, one.id))}
                />
              ))}
            </ul>
          )
        }
      </Show>
      <Statement onState={(body) => change('POST', apiPaths.expected(user), body)} />
      <ChangeNotice problem={problem} said={said} />
    </Block>
  );
}

type OneProps = { readonly expected: Expected; readonly onRemove: () => void };

function One({ expected, onRemove }: OneProps): JSX.Element {
  const { kind, value, state, from, until, reason } = expected;
  return (
    <li>
      <span class={state === 'current' ? 'tag ok' : 'tag'}>{stateNames[state] ?? state}</span>{' '}
      {kindNames[kind] ?? kind} <Code text={value} />, from <Time at={from} /> to{' '}
      <Time at={until} />: <Untrusted text={reason} />{' '}
      {state === 'past' ? null : (
        <button type="button" onClick={onRemove} aria-label={`Take back: ${printable(value)}`}>
          Take back
        </button>
      )}
    </li>
  );
}

type StatementProps = { readonly onState: (body: Record<string, string>) => Promise<boolean> };

function Statement({ onState }: StatementProps): JSX.Element {
  const [kind, setKind] = useState<string>('country');
  const hint = kinds.find(([name]) => name === kind)?.[2] ?? '';
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const field = (name: string): string => String(fields.get(name) ?? '').trim();
    const [from, until] = [field('from'), field('until')];
    const isDone = await onState({
      kind,
      value: kind === 'country' ? field('value').toUpperCase() : field('value'),
      ...(from === '' ? {} : { from: startOf(from) }),
      until: endOf(until),
      reason: field('reason'),
    });
    if (isDone) form.reset();
  };
  return (
    <details>
      <summary>Expect a trip or an exception</summary>
      <form class="form" onSubmit={(event) => void submit(event).catch(reportError)}>
        <p class="note">
          It quiets what it names, and nothing else: a trip explains the country and access networks
          there, but no VPN or server, other device, second session elsewhere or impossible journey.
        </p>
        <label class="field">
          <span>What</span>
          <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value)}>
            {kinds.map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Which</span>
          <input name="value" required maxLength={600} autocomplete="off" spellcheck={false} />
          <span class="hint">{hint}</span>
        </label>
        <label class="field">
          <span>First day (empty: now)</span>
          <input name="from" type="date" />
        </label>
        <label class="field">
          <span>Last day</span>
          <input name="until" type="date" required />
        </label>
        <label class="field">
          <span>Why</span>
          <input name="reason" required minLength={3} maxLength={500} autocomplete="off" />
        </label>
        <p>
          <button type="submit">Expect it</button>
        </p>
      </form>
    </details>
  );
}

/** Days are the reader's own, from their first moment to their last. */
const startOf = (day: string): string => new Date(`${day}T00:00:00`).toISOString();
const endOf = (day: string): string => new Date(`${day}T23:59:59`).toISOString();
