// Tabs as the ARIA practices describe them: arrows move between them, the panel follows.

import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';

type Tab = {
  readonly key: string;
  readonly title: string;
  /** As shown; absent while it is not known. */
  readonly count?: string | undefined;
};

type TabsProps = {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
  readonly children: ComponentChildren;
};

export function Tabs({ label, tabs, chosen, onChoose, children }: TabsProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const move = (by: number): void => {
    const at = tabs.findIndex(({ key }) => key === chosen);
    const next = (at + by + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (tab) onChoose(tab.key);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <>
      <div role="tablist" aria-label={label} class="tabs" ref={list}>
        {tabs.map(({ key, title, count }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`tab-${key}`}
            aria-selected={key === chosen}
            aria-controls="tab-panel"
            tabIndex={key === chosen ? 0 : -1}
            onClick={() => onChoose(key)}
            onKeyDown={({ key: pressed }) => {
              if (pressed === 'ArrowRight') move(1);
              if (pressed === 'ArrowLeft') move(-1);
            }}
          >
            {title}
            {count === undefined ? null : <span class="facet-count"> {count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${chosen}`}>
        {children}
      </div>
    </>
  );
}
