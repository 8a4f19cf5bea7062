// What analysts wrote about a detection or a case, oldest first. Nothing replaces anything: two who
// write at once are both read.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { usePages } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Comment, Problem } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';
import { Block, More, Show } from './answers.tsx';
import { ChangeNotice } from './form.tsx';
import { ownerText, refusalOf, useMe } from './me.ts';
import { useUnsaved } from './router.ts';
import { Time } from './time.tsx';

const pageLimit = '50';
const textMax = 4000;

type CommentsProps = {
  readonly id: string;
  /** Where comments of the id are; absent: of a detection. */
  readonly pathOf?: typeof apiPaths.comments;
};

export function Comments({ id, pathOf = apiPaths.comments }: CommentsProps): JSX.Element {
  const me = useMe();
  const list = usePages<Comment>((cursor) => pathOf(id, { limit: pageLimit, cursor }));
  return (
    <Block id="comments" title="Comments">
      <Show answer={list.answer}>
        {({ items }) => (
          <>
            {items.length === 0 ? <p class="empty">Nobody has written anything yet.</p> : null}
            <ul class="comments">
              {items.map(({ id: key, by, at, text }) => (
                <li key={key}>
                  <p class="card-meta">
                    <strong>
                      <Untrusted text={ownerText(by, me)} />
                    </strong>{' '}
                    <Time at={at} hasAge />
                  </p>
                  <p class="quoted">
                    <Untrusted text={text} />
                  </p>
                </li>
              ))}
            </ul>
            <More
              more={list.more}
              isLoading={list.isLoadingMore}
              problem={list.moreProblem}
              label="Later comments"
            />
          </>
        )}
      </Show>
      <Writing path={pathOf(id, {})} refusal={refusalOf(me, 'classify-detections')} />
    </Block>
  );
}

type WritingProps = { readonly path: string; readonly refusal: string | undefined };

function Writing({ path, refusal }: WritingProps): JSX.Element {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  useUnsaved(text.trim() !== '');
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setSending(true);
    const sent = await send<Comment>({
      method: 'POST',
      path,
      body: { text: text.trim() },
    });
    setSending(false);
    setProblem('problem' in sent ? sent.problem : undefined);
    if (!('problem' in sent)) setText('');
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event).catch(reportError)}>
      <label class="field">
        <span>New comment</span>
        <textarea
          rows={2}
          maxLength={textMax}
          value={text}
          disabled={refusal !== undefined}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      {refusal ? <p class="note">{refusal}</p> : null}
      <ChangeNotice problem={problem} said="" />
      <p class="actions">
        <button type="submit" disabled={isSending || text.trim() === '' || refusal !== undefined}>
          Add comment
        </button>
      </p>
    </form>
  );
}
