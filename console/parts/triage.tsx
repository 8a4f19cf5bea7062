// The form for an analyst's decision about a detection: the present state in words, the form, and
// earlier decisions. A form that nobody has touched follows the state. One that is being filled in
// stays as it is when a colleague decides meanwhile, and says so; it sends what it changes and
// nothing else, so that a note never widens a decision.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Detection, Problem, TriageChange } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';
import { changeFrom, statusFor } from '../text/triage-change.ts';
import { Block } from './answers.tsx';
import { Choice, type Choices } from './choice.tsx';
import { ChangeNotice } from './form.tsx';
import { Time } from './time.tsx';

/** How long benign holds, in days. */
const benignChoices = [
  ['7', 'a week'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
] as const;
const benignDefault = '90';
/** The choice that leaves the end as it is. */
const untilAsNow = '';

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

type Decision = NonNullable<Detection['triage']>;
type TriageProps = { readonly detection: Detection; readonly etag: string };

export function Triage({ detection, etag }: TriageProps): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState('');
  /** The state that a touched form began from; undefined: nobody has touched it. */
  const [began, setBegan] = useState<{ readonly triage: Decision | undefined }>();
  const submit = async (change: Record<string, unknown>): Promise<void> => {
    setSaid('');
    const path = apiPaths.detection(detection.id);
    const sent = await send<Detection>({ method: 'PATCH', path, body: change, etag });
    setProblem('problem' in sent ? sent.problem : undefined);
    if ('problem' in sent) return;
    setSaid('Saved.');
    setBegan(undefined);
  };
  const { triage } = detection;
  const from = began === undefined ? triage : began.triage;
  const isOvertaken = from?.at !== triage?.at;
  return (
    <Block id="triage" title="Classification">
      {triage ? <Decided change={triage} /> : <p class="empty">Not classified yet.</p>}
      {isOvertaken ? <Overtaken triage={triage} onDiscard={() => setBegan(undefined)} /> : null}
      <TriageForm
        key={from?.at ?? ''}
        from={from}
        present={triage}
        onTouch={() => setBegan((before) => before ?? { triage })}
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

type OvertakenProps = {
  readonly triage: Decision | undefined;
  readonly onDiscard: () => void;
};

/** A colleague decided while the form was filled in: both are kept until one is chosen. */
function Overtaken({ triage, onDiscard }: OvertakenProps): JSX.Element {
  return (
    <div class="notice" role="status">
      <p class="notice-title">
        <Untrusted text={triage?.by ?? 'Somebody'} /> changed this while you were writing.
      </p>
      <p>
        What you typed is still here. Saving changes what you changed, and nothing else.{' '}
        <button type="button" onClick={onDiscard}>
          Discard mine
        </button>
      </p>
    </div>
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
  /** The state that the form shows at first. */
  readonly from: Decision | undefined;
  /** The state as it is now: a change names its entity tag. */
  readonly present: Decision | undefined;
  readonly onTouch: () => void;
  readonly onSubmit: (change: Record<string, unknown>) => void;
};

function TriageForm({ from, present, onTouch, onSubmit }: FormProps): JSX.Element {
  const [classification, setClassification] = useState<string>(from?.classification ?? '');
  const isStillBenign = classification === 'benign' && present?.classification === 'benign';
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const days = text('days');
    const { status, ...rest } = changeFrom(from, {
      status: text('status'),
      classification,
      note: text('note'),
      ...(days === untilAsNow ? {} : { days: Number(days) }),
    });
    // What a colleague decided meanwhile stays, as far as nothing else was chosen here.
    const isTheirs = from?.at !== present?.at && status === (from?.status ?? 'new');
    onSubmit(isTheirs && Object.keys(rest).length > 0 ? rest : { status, ...rest });
  };
  return (
    <form class="form" onSubmit={submit} onInput={onTouch}>
      <Choice
        name="classification"
        label="It is"
        value={classification}
        choices={classifications}
        onChange={setClassification}
      />
      {classification === 'benign' ? (
        <Select
          name="days"
          label="Counts as usual for"
          choices={
            isStillBenign ? [[untilAsNow, 'as decided above'], ...benignChoices] : benignChoices
          }
          value={isStillBenign ? untilAsNow : benignDefault}
        />
      ) : null}
      {classification === 'malicious' ? (
        <p class="note">
          It will not be learned, and whoever uses the same address or device is judged harder.
        </p>
      ) : null}
      <Select
        key={classification}
        name="status"
        label="State"
        choices={statuses}
        value={statusFor(classification, from?.status, from?.classification)}
      />
      <label class="field">
        <span>Note</span>
        <textarea name="note" maxLength={2000} rows={2} defaultValue={from?.note ?? ''} />
      </label>
      <p class="actions">
        <button type="submit" class="main">
          Save classification
        </button>
      </p>
    </form>
  );
}

type SelectProps = {
  readonly name: string;
  readonly label: string;
  readonly choices: Choices;
  readonly value: string;
};

function Select({ name, label, choices, value }: SelectProps): JSX.Element {
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
