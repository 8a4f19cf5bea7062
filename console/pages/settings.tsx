// The organisation's settings in sections, each at its own address; one edited copy over all of
// them, one save. Edits stay until they are saved or discarded: leaving asks first, and what a
// colleague saves meanwhile is taken into the copy.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths, settingsHref } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Problem, Settings } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { ChangeNotice } from '../parts/form.tsx';
import { refusalOf, useMe } from '../parts/me.ts';
import { useUnsaved } from '../parts/router.ts';
import { isSame, rebased } from '../text/rebase.ts';
import {
  changedSections,
  type SettingsSection,
  sectionTitles,
  settingsSections,
} from '../text/settings-sections.ts';
import { useTitle } from '../text/title.ts';
import { SectionOf } from './settings-parts.tsx';

/** What became of the last save. */
type Outcome = { readonly problem: Problem | undefined; readonly said: string };
const nothingYet: Outcome = { problem: undefined, said: '' };

type PageProps = { readonly section: SettingsSection };

export function SettingsPage({ section }: PageProps): JSX.Element {
  useTitle(`Settings: ${sectionTitles([section])}`);
  // Not refreshed by itself: a form must not change while it is edited.
  const answer = useApi<Settings>(apiPaths.settings, 0);
  return (
    <>
      <h1>Settings</h1>
      <Show answer={answer}>
        {(settings) => (
          <Editor
            section={section}
            settings={settings}
            etag={answer.kind === 'ok' ? answer.etag : ''}
          />
        )}
      </Show>
    </>
  );
}

type EditorProps = PageProps & { readonly settings: Settings; readonly etag: string };

/** The edited copy, the state it began from, and how often it was replaced as a whole. */
type Edit = { readonly began: Settings; readonly draft: Settings; readonly replaced: number };

const offQuestion =
  'Switch RADIUS accounting off? Relays close their ports, and nothing is recorded until it is on.';
const savedText = 'Saved. Relays take it over within a minute.';
const isOfSettings = ({ pathname }: URL): boolean => /^\/settings(\/|$)/.test(pathname);

/** The edited copy and what can be done with it. */
function useEdit(settings: Settings, etag: string) {
  const [edit, setEdit] = useState<Edit>({ began: settings, draft: settings, replaced: 0 });
  const [overtaken, setOvertaken] = useState('');
  const [isSending, setSending] = useState(false);
  const [outcome, setOutcome] = useState(nothingYet);
  const { began, draft } = edit;
  const isUnsaved = !isSame(draft, began);
  useUnsaved(isUnsaved, isOfSettings);
  const replace = (next: Settings, mine: Settings): void =>
    setEdit(({ replaced }) => ({ began: next, draft: mine, replaced: replaced + 1 }));
  useEffect(() => {
    if (isSame(settings, began)) return;
    const { merged, theirs, both } = rebased(began, draft, settings);
    const isNews = isUnsaved && !isSame(merged, settings);
    setOvertaken(isNews ? overtakenText(theirs, both) : '');
    replace(settings, merged);
  }, [settings]);
  const save = async (): Promise<void> => {
    if (began.enabled && !draft.enabled && !confirm(offQuestion)) return;
    setSending(true);
    setOvertaken('');
    const sent = await send({
      method: 'PUT',
      path: apiPaths.settings,
      body: tidied(draft),
      etag,
    });
    const problem = 'problem' in sent ? sent.problem : undefined;
    // What comes back is without the secrets that were typed: from here on nothing is unsaved.
    if (!problem) setEdit({ ...edit, began: draft });
    setOutcome({ problem, said: problem ? '' : savedText });
    setSending(false);
  };
  return {
    ...edit,
    isUnsaved,
    isSending,
    overtaken,
    outcome,
    change: (next: Settings): void => {
      setOutcome(nothingYet);
      setEdit({ ...edit, draft: next });
    },
    discard: (): void => {
      setOutcome(nothingYet);
      replace(settings, settings);
    },
    save,
  };
}

function Editor({ section, settings, etag }: EditorProps): JSX.Element {
  const edit = useEdit(settings, etag);
  const refusal = refusalOf(useMe(), 'change-settings');
  const changed = changedSections(edit.began, edit.draft);
  return (
    <>
      <Sections section={section} changed={changed} />
      {refusal === undefined ? null : (
        <p class="notice">These settings can be read, not changed. {refusal}</p>
      )}
      <form
        key={edit.replaced}
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          edit.save().catch(reportError);
        }}
      >
        <fieldset disabled={refusal !== undefined} class="form">
          <SectionOf section={section} draft={edit.draft} onChange={edit.change} />
        </fieldset>
        {edit.overtaken ? (
          <p class="notice" role="status">
            {edit.overtaken}
          </p>
        ) : null}
        <div class={edit.isUnsaved ? 'save-bar unsaved' : 'save-bar'}>
          <ChangeNotice {...edit.outcome} />
          {edit.isUnsaved ? (
            <p class="actions">
              <button type="submit" class="main" disabled={edit.isSending}>
                {edit.isSending ? 'Saving …' : 'Save settings'}
              </button>
              <button type="button" onClick={edit.discard}>
                Discard changes
              </button>
              <span>Not saved yet: {sectionTitles(changed)}.</span>
            </p>
          ) : null}
        </div>
      </form>
    </>
  );
}

type SectionsProps = PageProps & { readonly changed: readonly SettingsSection[] };

function Sections({ section, changed }: SectionsProps): JSX.Element {
  return (
    <nav class="tabs" aria-label="Sections of the settings">
      {settingsSections.map(({ key, title }) => (
        <a key={key} href={settingsHref(key)} aria-current={key === section ? 'page' : undefined}>
          {title}
          {changed.includes(key) ? (
            <span class="changed">
              <span aria-hidden="true"> •</span>
              <span class="unseen"> (not saved)</span>
            </span>
          ) : null}
        </a>
      ))}
    </nav>
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
