// Filters of a list that are typed or chosen and asked for together, by Enter or the button. They
// are parameters of the page's address.

import type { JSX } from 'preact';
import { printable } from '../text/printable.ts';
import { navigate } from './router.ts';

export type FilterField = {
  /** The parameter. */
  readonly name: string;
  readonly label: string;
  /** Values to choose from, each with its name; absent: it is typed. */
  readonly choices?: readonly (readonly [value: string, text: string])[];
};

type FormProps = {
  /** Path of the page. */
  readonly path: string;
  readonly fields: readonly FilterField[];
  readonly query: URLSearchParams;
};

export function FilterForm({ path, fields, query }: FormProps): JSX.Element {
  return (
    <form
      // Other choices leave what is being typed.
      key={fields.map(({ name }) => query.get(name)).join(' ')}
      class="filter"
      onSubmit={(event) => {
        event.preventDefault();
        const next = new URLSearchParams(query);
        const filled = new FormData(event.currentTarget);
        for (const { name } of fields) {
          const value = String(filled.get(name) ?? '').trim();
          if (value === '') next.delete(name);
          else next.set(name, value);
        }
        const text = next.toString();
        navigate(text === '' ? path : `${path}?${text}`);
      }}
    >
      {fields.map((field) => (
        <span key={field.name} class="filter-field">
          <label for={`filter-${field.name}`}>{field.label}</label>
          <Control field={field} value={query.get(field.name) ?? ''} />
        </span>
      ))}
      <button type="submit">Filter</button>
    </form>
  );
}

function Control({ field, value }: { field: FilterField; value: string }): JSX.Element {
  const { name, choices } = field;
  if (!choices) {
    return (
      <input
        id={`filter-${name}`}
        name={name}
        type="search"
        defaultValue={value}
        maxLength={253}
        autocomplete="off"
        spellcheck={false}
      />
    );
  }
  const isKnown = value === '' || choices.some(([key]) => key === value);
  return (
    <select id={`filter-${name}`} name={name}>
      <option value="">all</option>
      {(isKnown ? choices : [...choices, [value, printable(value)] as const]).map(([key, text]) => (
        <option key={key} value={key} selected={key === value}>
          {text}
        </option>
      ))}
    </select>
  );
}
