// The sections of the settings: forms over the edited copy, and what is set elsewhere, with where.

import type { JSX } from 'preact';
import type { Settings } from '../api/types.ts';
import { Block } from '../parts/answers.tsx';
import { DetectionSettings } from '../parts/detection-settings.tsx';
import { DomainsEditor } from '../parts/domains-editor.tsx';
import { Field, Switch } from '../parts/form.tsx';
import { GatewaysEditor } from '../parts/gateways-editor.tsx';
import { LinksEditor } from '../parts/links-editor.tsx';
import { useMe } from '../parts/me.ts';
import { type Column, Table } from '../parts/table.tsx';
import type { SettingsSection } from '../text/settings-sections.ts';
import { Untrusted } from '../text/text.tsx';
import { SitesEditor } from './sites-editor.tsx';

type DraftProps = {
  readonly draft: Settings;
  readonly onChange: (draft: Settings) => void;
};

type SectionProps = DraftProps & { readonly section: SettingsSection };

export function SectionOf({ section, draft, onChange }: SectionProps): JSX.Element {
  const set = (change: Partial<Settings>): void => onChange({ ...draft, ...change });
  switch (section) {
    case 'users':
      return (
        <>
          <Block id="domains" title="Domains">
            <p class="note">Which spellings of an account are one user.</p>
            <DomainsEditor domains={draft.domains} onChange={(domains) => set({ domains })} />
          </Block>
          <Block id="account-links" title="Where accounts are disabled">
            <LinksEditor
              links={draft.accountLinks ?? []}
              onChange={(links) => set({ accountLinks: [...links] })}
            />
          </Block>
        </>
      );
    case 'sites':
      return (
        <Block id="sites" title="Sites">
          <SitesEditor sites={draft.sites ?? []} onChange={(sites) => set({ sites: [...sites] })} />
        </Block>
      );
    case 'detection':
      return (
        <Block id="detection" title="How much alerts">
          <DetectionSettings
            detection={draft.detection}
            onChange={(detection) => set({ detection })}
          />
        </Block>
      );
    case 'publishing':
      return <Publishing />;
    case 'retention':
      return <Retention />;
    case 'roles':
      return <Roles />;
    default:
      return <Gateways draft={draft} onChange={onChange} />;
  }
}

function Gateways({ draft, onChange }: DraftProps): JSX.Element {
  const set = (change: Partial<Settings>): void => onChange({ ...draft, ...change });
  return (
    <>
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
      <Block id="sessions" title="Sessions without an end">
        <LongestOpen settings={draft} onChange={onChange} />
      </Block>
    </>
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

function Publishing(): JSX.Element {
  return (
    <Block id="publishing" title="Where detections are published">
      <p>
        Every new detection, and every one whose severity changes or that is withdrawn, is an event
        on the default bus of EventBridge, as an OCSF Detection Finding; so are troubles of relays
        and ended sessions. A rule there sends them on to a ticket system, a chat or a webhook: it
        is part of the deployment, and the guide is <code>docs/siem.md</code>.
      </p>
      <p>
        The local run writes the same events to <code>events.ndjson</code> in its data folder.
        Detections of imported history are not published.
      </p>
    </Block>
  );
}

function Retention(): JSX.Element {
  return (
    <Block id="retention" title="How long things are kept">
      <p>
        Sessions are kept for 180 days and detections for 400 unless the deployment says otherwise (
        <code>-c sessionDays</code>, <code>-c detectionDays</code>). The audit stays; after an
        erasure it leads to nobody.
      </p>
      <p>
        A user is erased on their page, under History. What goes and what stays is in{' '}
        <code>docs/privacy.md</code>.
      </p>
    </Block>
  );
}

/** What each action of the contract is called. */
const actionTexts: Readonly<Record<string, string>> = {
  'classify-detections': 'classify detections, comment, say what is expected',
  'end-sessions': 'end sessions',
  'change-settings': 'change these settings',
  'manage-relays': 'let relays in, and revoke them',
  'erase-users': 'erase users',
  'read-audit': 'read the audit',
};

type Action = { readonly action: string; readonly isAllowed: boolean; readonly needs: string };

const actionColumns: readonly Column<Action>[] = [
  { title: 'To', isHead: true, cell: ({ action }) => actionTexts[action] ?? action },
  { title: 'takes the role', cell: ({ needs }) => needs },
  { title: 'You', cell: ({ isAllowed }) => (isAllowed ? 'may' : 'may not') },
];

function Roles(): JSX.Element {
  const me = useMe();
  return (
    <Block id="roles" title="Who may do what">
      {me ? (
        <>
          <p>
            You are <Untrusted text={me.name ?? me.id} />, in the role {me.role}.
          </p>
          <Table
            caption="Roles"
            columns={actionColumns}
            rows={me.actions}
            keyOf={({ action }) => action}
          />
        </>
      ) : (
        <p class="waiting" role="status">
          Loading …
        </p>
      )}
      <p class="note">
        A responder may whatever an analyst may, an admin whatever both may. Roles are groups of the
        sign-in; members are added there (<code>docs/deploy.md</code>). The local run takes{' '}
        <code>--role</code>.
      </p>
    </Block>
  );
}
