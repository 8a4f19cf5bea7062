// Erases what is kept of a user, after their name was typed: nothing brings it back.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Problem } from '../api/types.ts';
import { counted } from '../text/clock-text.ts';
import { Code } from '../text/text.tsx';
import { ChangeNotice, Field } from './form.tsx';

type EraseProps = {
  readonly user: string;
  /** Why the reader may not; undefined: they may. */
  readonly refusal: string | undefined;
};

type Erased = { readonly rows: number };

export function EraseUser({ user, refusal }: EraseProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [said, setSaid] = useState('');
  const erase = async (): Promise<void> => {
    const sent = await send<Erased>({ method: 'DELETE', path: apiPaths.user(user) });
    setProblem('problem' in sent ? sent.problem : undefined);
    if ('problem' in sent) return;
    setOpen(false);
    setSaid(`Erased: ${counted(sent.data.rows, 'row')}.`);
  };
  return (
    <>
      {isOpen ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            erase().catch(reportError);
          }}
        >
          <p class="notice">
            Profile, sessions, detections, comments and notes of <Code text={user} /> go, and
            nothing brings them back. A new connection begins a new profile.
          </p>
          <Field label="Type the name of the user" value={typed} isRequired onInput={setTyped} />
          <p class="actions">
            <button type="submit" class="danger" disabled={typed !== user}>
              Erase this user
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              Leave it
            </button>
          </p>
        </form>
      ) : (
        <p class="actions">
          <button type="button" disabled={refusal !== undefined} onClick={() => setOpen(true)}>
            Erase this user …
          </button>
          {refusal === undefined ? null : <span class="hint">{refusal}</span>}
        </p>
      )}
      <ChangeNotice problem={problem} said={said} />
    </>
  );
}
