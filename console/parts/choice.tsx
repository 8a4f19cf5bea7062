// One of a few values, as a row of radio buttons.

import type { JSX } from 'preact';
import { setParameter } from './router.ts';

/** What can be chosen, and what each is called. */
export type Choices<Key extends string = string> = readonly (readonly [key: Key, text: string])[];

type ChoiceProps<Key extends string> = {
  /** Of the group; on the page it is used once. */
  readonly name: string;
  readonly label: string;
  /** The label is for screen readers only: the choices say enough. */
  readonly isLabelUnseen?: boolean;
  readonly value: Key;
  readonly choices: Choices<Key>;
  readonly onChange: (key: Key) => void;
};

export function Choice<Key extends string>(props: ChoiceProps<Key>): JSX.Element {
  const { name, label, isLabelUnseen, value, choices, onChange } = props;
  return (
    <fieldset class="choice">
      <legend class={isLabelUnseen ? 'unseen' : undefined}>{label}</legend>
      {choices.map(([key, text]) => (
        <label key={key}>
          <input
            type="radio"
            name={name}
            value={key}
            checked={value === key}
            onChange={() => onChange(key)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

type ParameterChoiceProps = Omit<ChoiceProps<string>, 'onChange' | 'isLabelUnseen'> & {
  /** The value that the address does not name. Default: the empty one. */
  readonly usual?: string;
};

/** A choice that the page's address keeps, in the parameter `name`. */
export function ParameterChoice({ usual, ...choice }: ParameterChoiceProps): JSX.Element {
  const { name } = choice;
  return (
    <Choice {...choice} onChange={(key) => setParameter(name, key === usual ? undefined : key)} />
  );
}
