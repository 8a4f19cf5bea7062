// The form for an analyst's decision about a detection: the present state in words, the form, and
// earlier decisions. The form starts from the state it was opened on. When that state changes
// meanwhile, the API refuses and the reader sees the new state first.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Detection, Problem, TriageChange } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';
import { Block } from './answers.tsx';
import { ChangeNotice } from './form.tsx';
import { Time } from './time.tsx';

const dayMs = 24 * 3600 * 1000;
/** How long benign holds, in days. */
const benignChoices = [
  ['7', 'a week'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
] as const;
const benignDefault = '90';

const classifications = [
  ['', 'not classified'],
  ['benign', 'benign'],
  ['malicious', 'malicious'],
] as const;

const statuses = [
  ['new', 'new'],
  ['in-progress', 'in progress'],
  ['resolved', 'resolved'],
] as const;

type TriageProps = { readonly detection: Detection; readonly etag: string };

export function Triage({ detection, etag }: TriageProps): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState('');
  const submit = async (change: Record<string, unknown>): Promise<void> => {
    setSaid('');
    const path = apiPaths.detection(detection.id);
    const sent = await send<Detection>({ method: 'PATCH', path, body: change, etag });
    setProblem('problem' in sent ? sent.problem : undefined);
    if (!('problem' in sent)) setSaid('Saved.');
  };
  const { triage } = detection;
  return (
    <Block id="triage" title="Classification">
      {triage ? <Decided change={triage} /> : <p class="empty">Not classified yet.</p>}
      <TriageForm
        key={triage?.at ?? ''}
        detection={detection}
        onSubmit={(change) => void submit(change).catch(reportError)}
      />
      <ChangeNotice problem={problem} said={said} />
      {triage && triage.history.length > 0 ? (
        <details>
          <summary>Decided before</summary>
          {triage.history.map((change) => (
            <Decided key={change.at} change={change} />
          ))}
        </details>
      ) : null}
    </Block>
  );
}

function Decided({ change }: { readonly change: TriageChange }): JSX.Element {
  const { status, classification, by, at, note, benignUntil } = change;
  const statusText = statuses.find(([key]) => key === status)?.[1] ?? status;
  return (
    <div class="decided">
      <p>
        <strong>
          <Untrusted text={classification ? `${statusText}, ${classification}` : statusText} />
        </strong>{' '}
        by <Untrusted text={by} />, <Time at={at} hasAge />
        {benignUntil ? (
          <>
            {'; counts as usual until '}
            <Time at={benignUntil} />
          </>
        ) : null}
      </p>
      {note ? (
        <p class="quoted">
          <Untrusted text={note} />
        </p>
      ) : null}
    </div>
  );
}

type FormProps = {
  readonly detection: Detection;
  readonly onSubmit: (change: Record<string, unknown>) => void;
};

function TriageForm({ detection, onSubmit }: FormProps): JSX.Element {
  const { triage } = detection;
  const [classification, setClassification] = useState(triage?.classification ?? '');
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const days = Number(text('days'));
    const until = new Date(Date.now() + days * dayMs).toISOString();
    onSubmit({
      status: text('status'),
      classification: classification === '' ? null : classification,
      note: text('note') === '' ? null : text('note'),
      ...(classification === 'benign' ? { benignUntil: until } : {}),
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <fieldset class="choice">
        <legend>It is</legend>
        {classifications.map(([key, text]) => (
          <label key={key}>
            <input
              type="radio"
              name="classification"
              value={key}
              checked={classification === key}
              onChange={() => setClassification(key)}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
      {classification === 'benign' ? (
        <Choice
          name="days"
          label="Counts as usual for"
          choices={benignChoices}
          value={benignDefault}
        />
      ) : null}
      {classification === 'malicious' ? (
        <p class="note">
          It will not be learned, and whoever uses the same address or device is judged harder.
        </p>
      ) : null}
      <Choice
        key={classification}
        name="status"
        label="State"
        choices={statuses}
        value={statusFor(classification, triage?.status, triage?.classification)}
      />
      <label class="field">
        <span>Note</span>
        <textarea name="note" maxLength={2000} rows={2} defaultValue={triage?.note ?? ''} />
      </label>
      <p class="actions">
        <button type="submit" class="main">
          Save classification
        </button>
      </p>
    </form>
  );
}

/** A classification that is new here suggests a state; otherwise the state stays. */
function statusFor(classification: string, status = 'new', before = ''): string {
  if (classification === before) return status;
  if (classification === 'benign') return 'resolved';
  return classification === 'malicious' ? 'in-progress' : status;
}

type ChoiceProps = {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly value: string;
};

function Choice({ name, label, choices, value }: ChoiceProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name} defaultValue={value}>
        {choices.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
