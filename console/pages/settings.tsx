// The organisation's settings: accounting on or off, gateways and their secrets, domains, the
// budget of alerts. One form, one save.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Problem, Settings } from '../api/types.ts';
import { Block, Show } from '../parts/answers.tsx';
import { DomainsEditor } from '../parts/domains-editor.tsx';
import { ChangeNotice, Field, Switch } from '../parts/form.tsx';
import { GatewaysEditor } from '../parts/gateways-editor.tsx';
import { SitesEditor } from '../parts/sites-editor.tsx';
import { useTitle } from '../text/title.ts';

/** What became of the last save; kept here because the form is made anew with each state. */
type Outcome = { readonly problem: Problem | undefined; readonly said: string };

export function SettingsPage(): JSX.Element {
  useTitle('Settings');
  const [outcome, setOutcome] = useState<Outcome>({ problem: undefined, said: '' });
  // Not refreshed by itself: a form must not change while it is edited.
  const answer = useApi<Settings>(apiPaths.settings, 0);
  const etag = answer.kind === 'ok' ? answer.etag : '';
  const save = async (draft: Settings): Promise<void> => {
    const sent = await send({ method: 'PUT', path: apiPaths.settings, body: draft, etag });
    const said = 'Saved. Relays take it over within a minute.';
    if ('problem' in sent) setOutcome({ problem: sent.problem, said: '' });
    else setOutcome({ problem: undefined, said });
  };
  return (
    <>
      <h1>Settings</h1>
      <Show answer={answer}>
        {(settings) => <Form key={etag} settings={settings} onSave={save} />}
      </Show>
      <ChangeNotice {...outcome} />
    </>
  );
}

type FormProps = {
  readonly settings: Settings;
  readonly onSave: (draft: Settings) => Promise<void>;
};

function Form({ settings, onSave }: FormProps): JSX.Element {
  const [draft, setDraft] = useState(settings);
  const [isSending, setSending] = useState(false);
  const set = (change: Partial<Settings>): void => setDraft({ ...draft, ...change });
  const save = async (): Promise<void> => {
    setSending(true);
    await onSave(tidied(draft));
    setSending(false);
  };
  return (
    <form
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
      <Block id="detection" title="Detection">
        <Detection detection={draft.detection} onChange={(detection) => set({ detection })} />
      </Block>
      <Block id="retention" title="Retention">
        <p>
          Sessions are kept for 180 days and detections for 400 unless the deployment says otherwise
          (<code>-c sessionDays</code>, <code>-c detectionDays</code>). A person is erased with{' '}
          <code>DELETE /v1/users/…</code>.
        </p>
      </Block>
      <p class="actions">
        <button type="submit" class="main" disabled={isSending}>
          {isSending ? 'Saving …' : 'Save settings'}
        </button>
      </p>
    </form>
  );
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
      <fieldset class="choice">
        <legend>Sensitivity</legend>
        {sensitivities.map(([key, text]) => (
          <label key={key}>
            <input
              type="radio"
              name="sensitivity"
              checked={sensitivity === key}
              onChange={() => onChange({ ...detection, sensitivity: key })}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
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
