// Parts of forms: a field with its label, and the result of a change.

import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../api/types.ts';
import { printable } from '../text/printable.ts';

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly type?: 'text' | 'password' | 'number';
  readonly hint?: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
};

/** A line of text. */
export function Field(props: FieldProps): JSX.Element {
  const { label, value, onInput, type = 'text', hint, placeholder, isRequired } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        // One of three kinds; the typing of elements wants each by itself.
        type={type as 'text'}
        value={value}
        placeholder={placeholder}
        required={isRequired}
        autocomplete={type === 'password' ? 'new-password' : 'off'}
        spellcheck={false}
        step="any"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      {hint ? <span class="hint">{hint}</span> : null}
    </label>
  );
}

type SwitchProps = {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ComponentChildren;
};

/** A yes or no. */
export function Switch({ isOn, onChange, children }: SwitchProps): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {children}
    </label>
  );
}

type NoticeProps = { readonly problem: Problem | undefined; readonly said: string };

/** Says that a change was made, or why not and what to do. */
export function ChangeNotice({ problem, said }: NoticeProps): JSX.Element {
  if (!problem) {
    return (
      <p class="said" role="status">
        {said}
      </p>
    );
  }
  return (
    <div class="notice" role="alert">
      <p class="notice-title">{printable(problem.title)}.</p>
      {problem.status === 412 ? (
        <p>You now see the newest state: look at it, then save again.</p>
      ) : (
        <p>{printable(problem.detail ?? '')}</p>
      )}
      {problem.errors ? (
        <ul>
          {problem.errors.map(({ pointer, parameter, detail }) => (
            <li key={`${pointer}${parameter}${detail}`}>
              {printable(`${pointer ?? parameter ?? ''} ${detail}`)}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
