// The help dialog: shortcuts, and the switch that turns them off.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Destination, listShortcuts, type Shortcut, shortcuts } from './keyboard.ts';
import { prefer, usePreferences } from './preferences.ts';

type HelpProps = {
  readonly isOpen: boolean;
  readonly sections: readonly Destination[];
  readonly onClose: () => void;
};

export function Help({ isOpen, sections, onClose }: HelpProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { keys } = usePreferences();
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
  }, [isOpen]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help">
      <h2 id="help">Help</h2>
      <p>
        Every row that is a link opens what it names; every view can be bookmarked. A location is an
        area, not a point: the disc on the map shows how far it may be off.
      </p>
      <dl class="shortcuts">
        {keysOf(sections).map(([pressed, does]) => (
          <div key={pressed}>
            <dt>
              {pressed.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={keys === 'on'}
          onChange={({ currentTarget }) => prefer({ keys: currentTarget.checked ? 'on' : 'off' })}
        />
        Single-key shortcuts
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

const keysOf = (sections: readonly Destination[]): readonly Shortcut[] => [
  ...shortcuts,
  ...listShortcuts,
  ...sections.map(({ letter, title }) => [`g ${letter}`, `go to ${title}`] as const),
];
