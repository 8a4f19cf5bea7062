// The organisation's settings: accounting on or off, gateways and their secrets, domains, the
// budget of alerts, what ends a session. One form, one save. Edits stay until they are saved or
// discarded: leaving asks first, and what a colleague saves meanwhile is taken into the form.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Problem, Settings } from '../api/types.ts';
import { Block, Show } from '../parts/answers.tsx';
import { Choice } from '../parts/choice.tsx';
import { DomainsEditor } from '../parts/domains-editor.tsx';
import { ChangeNotice, Field, Switch } from '../parts/form.tsx';
import { GatewaysEditor } from '../parts/gateways-editor.tsx';
import { LinksEditor } from '../parts/links-editor.tsx';
import { useUnsaved } from '../parts/router.ts';
import { SitesEditor } from '../parts/sites-editor.tsx';
import { isSame, rebased } from '../text/rebase.ts';
import { useTitle } from '../text/title.ts';

/** What became of the last save. */
type Outcome = { readonly problem: Problem | undefined; readonly said: string };

export function SettingsPage(): JSX.Element {
  useTitle('Settings');
  const [outcome, setOutcome] = useState<Outcome>({ problem: undefined, said: '' });
  // Not refreshed by itself: a form must not change while it is edited.
  const answer = useApi<Settings>(apiPaths.settings, 0);
  const etag = answer.kind === 'ok' ? answer.etag : '';
  const save = async (draft: Settings): Promise<boolean> => {
    const sent = await send({ method: 'PUT', path: apiPaths.settings, body: draft, etag });
    const said = 'Saved. Relays take it over within a minute.';
    if ('problem' in sent) setOutcome({ problem: sent.problem, said: '' });
    else setOutcome({ problem: undefined, said });
    return !('problem' in sent);
  };
  return (
    <>
      <h1>Settings</h1>
      <Show answer={answer}>{(settings) => <Form settings={settings} onSave={save} />}</Show>
      <ChangeNotice {...outcome} />
    </>
  );
}

type FormProps = {
  readonly settings: Settings;
  /** @returns whether it was saved */
  readonly onSave: (draft: Settings) => Promise<boolean>;
};

/** The edited copy, the state it began from, and how often it was replaced as a whole. */
type Edit = { readonly began: Settings; readonly draft: Settings; readonly replaced: number };

const offQuestion =
  'Switch RADIUS accounting off? Relays close their ports, and nothing is recorded until it is on.';

function Form({ settings, onSave }: FormProps): JSX.Element {
  const [edit, setEdit] = useState<Edit>({ began: settings, draft: settings, replaced: 0 });
  const [overtaken, setOvertaken] = useState('');
  const [isSending, setSending] = useState(false);
  const { draft } = edit;
  const isUnsaved = !isSame(draft, edit.began);
  useUnsaved(isUnsaved);
  const replace = (began: Settings, mine: Settings): void =>
    setEdit(({ replaced }) => ({ began, draft: mine, replaced: replaced + 1 }));
  useEffect(() => {
    if (isSame(settings, edit.began)) return;
    const { merged, theirs, both } = rebased(edit.began, draft, settings);
    const isNews = isUnsaved && !isSame(merged, settings);
    setOvertaken(isNews ? overtakenText(theirs, both) : '');
    replace(settings, merged);
  }, [settings]);
  const set = (change: Partial<Settings>): void =>
    setEdit({ ...edit, draft: { ...draft, ...change } });
  const save = async (): Promise<void> => {
    if (edit.began.enabled && !draft.enabled && !confirm(offQuestion)) return;
    setSending(true);
    setOvertaken('');
    // What comes back is without the secrets that were typed: from here on nothing is unsaved.
    if (await onSave(tidied(draft))) setEdit({ ...edit, began: draft });
    setSending(false);
  };
  return (
    <form
      key={edit.replaced}
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        save().catch(reportError);
      }}
    >
      <Block id="accounting" title="RADIUS accounting">
        <Switch isOn={draft.enabled} onChange={(enabled) => set({ enabled })}>
          Take RADIUS accounting from gateways
        </Switch>
        <p class="note">Off: relays close their ports; what was recorded stays.</p>
      </Block>
      <Block id="gateways" title="Gateways">
        <GatewaysEditor
          gateways={draft.gateways}
          onChange={(gateways) => set({ gateways: [...gateways] })}
        />
      </Block>
      <Block id="domains" title="Domains">
        <DomainsEditor domains={draft.domains} onChange={(domains) => set({ domains })} />
      </Block>
      <Block id="sites" title="Sites">
        <SitesEditor sites={draft.sites ?? []} onChange={(sites) => set({ sites: [...sites] })} />
      </Block>
      <Block id="account-links" title="Where accounts are disabled">
        <LinksEditor
          links={draft.accountLinks ?? []}
          onChange={(links) => set({ accountLinks: [...links] })}
        />
      </Block>
      <Block id="detection" title="Detection">
        <Detection detection={draft.detection} onChange={(detection) => set({ detection })} />
      </Block>
      <Block id="sessions" title="Sessions">
        <LongestOpen
          settings={draft}
          onChange={(changed) => setEdit({ ...edit, draft: changed })}
        />
        <p>
          Sessions are kept for 180 days and detections for 400 unless the deployment says otherwise
          (<code>-c sessionDays</code>, <code>-c detectionDays</code>). A person is erased with{' '}
          <code>DELETE /v1/users/…</code>.
        </p>
      </Block>
      {overtaken ? (
        <p class="notice" role="status">
          {overtaken}
        </p>
      ) : null}
      <p class={isUnsaved ? 'actions unsaved' : 'actions'}>
        <button type="submit" class="main" disabled={isSending}>
          {isSending ? 'Saving …' : 'Save settings'}
        </button>
        {isUnsaved ? (
          <>
            <button type="button" onClick={() => replace(settings, settings)}>
              Discard changes
            </button>
            <span>Not saved yet.</span>
          </>
        ) : null}
      </p>
    </form>
  );
}

type LongestOpenProps = {
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
};

/** When a session ends that neither a Stop nor an interim speaks of (docs/records.md). */
function LongestOpen({ settings, onChange }: LongestOpenProps): JSX.Element {
  const { sessions, ...others } = settings;
  return (
    <Field
      label="Hours until a session without interims reads as silent"
      hint="Of gateways that send no interims: 1 to 168; empty: 24."
      type="number"
      value={sessions === undefined ? '' : `${sessions.maxHoursWithoutInterims}`}
      onInput={(text) =>
        onChange(
          text === '' ? others : { ...others, sessions: { maxHoursWithoutInterims: Number(text) } },
        )
      }
    />
  );
}

function overtakenText(theirs: readonly string[], both: readonly string[]): string {
  const taken = theirs.length > 0 ? ` Their ${theirs.join(', ')} are in the form now.` : '';
  const own = both.length > 0 ? ` You both changed ${both.join(', ')}: yours are shown.` : '';
  return `Somebody saved other settings while you were editing.${taken}${own} Look, then save.`;
}

/** Without the empty entries that a blank at the end of a list of addresses leaves. */
function tidied({ gateways, sites, ...rest }: Settings): Settings {
  const whole = (list: readonly string[]): string[] => list.filter((entry) => entry !== '');
  return {
    ...rest,
    gateways: gateways.map((one) => ({ ...one, addresses: whole(one.addresses) })),
    ...(sites ? { sites: sites.map((one) => ({ ...one, networks: whole(one.networks) })) } : {}),
  };
}

const sensitivities = [
  ['low', 'low: 2 alerts per 1,000 people and day'],
  ['normal', 'normal: 5'],
  ['high', 'high: 10'],
] as const;

type Chosen = NonNullable<Settings['detection']>;
type DetectionProps = {
  readonly detection: Chosen | undefined;
  readonly onChange: (detection: Chosen) => void;
};

function Detection({ detection = {}, onChange }: DetectionProps): JSX.Element {
  const { sensitivity = 'normal', alertsPerThousandPerDay, strictGate = false } = detection;
  const { alertsPerThousandPerDay: _, ...others } = detection;
  return (
    <>
      <Choice
        name="sensitivity"
        label="Sensitivity"
        value={sensitivity}
        choices={sensitivities}
        onChange={(key) => onChange({ ...detection, sensitivity: key })}
      />
      <Field
        label="Alert budget per 1,000 people and day"
        hint="Wins over sensitivity; empty: sensitivity rules."
        type="number"
        value={alertsPerThousandPerDay === undefined ? '' : `${alertsPerThousandPerDay}`}
        onInput={(text) =>
          onChange(text === '' ? others : { ...others, alertsPerThousandPerDay: Number(text) })
        }
      />
      <Switch isOn={strictGate} onChange={(isOn) => onChange({ ...detection, strictGate: isOn })}>
        No alert at all in a person’s first 30 days
      </Switch>
    </>
  );
}
