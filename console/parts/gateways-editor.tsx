// The gateways that relays accept accounting from. Secrets are write-only: one that is set is shown
// as a fingerprint and stays unless another is typed.

import type { JSX } from 'preact';
import type { Gateway } from '../api/types.ts';
import { Code } from '../text/text.tsx';
import { Field, Switch } from './form.tsx';

type GatewaysProps = {
  readonly gateways: readonly Gateway[];
  readonly onChange: (gateways: readonly Gateway[]) => void;
};

export function GatewaysEditor({ gateways, onChange }: GatewaysProps): JSX.Element {
  return (
    <>
      {gateways.length === 0 ? (
        <p class="empty">
          None yet: relays use the gateways of their own configuration. Add one to set it from here.
        </p>
      ) : null}
      {gateways.map((gateway, at) => (
        // The position names a row: names change while they are typed.
        <GatewayForm
          key={at}
          gateway={gateway}
          onChange={(changed) => onChange(gateways.with(at, changed))}
          onRemove={() => onChange(gateways.filter((_, index) => index !== at))}
        />
      ))}
      <p class="actions">
        <button
          type="button"
          onClick={() => onChange([...gateways, { name: '', addresses: [], secret: '' }])}
        >
          Add a gateway
        </button>
      </p>
    </>
  );
}

type GatewayProps = {
  readonly gateway: Gateway;
  readonly onChange: (gateway: Gateway) => void;
  readonly onRemove: () => void;
};

function GatewayForm({ gateway, onChange, onRemove }: GatewayProps): JSX.Element {
  const { name, addresses, vendor = '' } = gateway;
  const { vendor: _, ...withoutVendor } = gateway;
  return (
    <fieldset class="row-form card">
      <legend class="unseen">Gateway {name}</legend>
      <Field
        label="Name"
        value={name}
        isRequired
        onInput={(text) => onChange({ ...gateway, name: text })}
      />
      <Field
        label="Addresses"
        value={addresses.join(' ')}
        placeholder="10.0.0.1 or 10.1.0.0/16"
        isRequired
        onInput={(text) => onChange({ ...gateway, addresses: text.split(/[\s,]+/) })}
      />
      <Field
        label="Vendor"
        value={vendor}
        placeholder="found by itself"
        onInput={(text) => onChange(text === '' ? withoutVendor : { ...gateway, vendor: text })}
      />
      <Secrets gateway={gateway} onChange={onChange} />
      <Switch
        isOn={gateway.behindProxy ?? false}
        onChange={(isOn) => onChange({ ...gateway, behindProxy: isOn })}
      >
        A RADIUS server forwards for it
      </Switch>
      <button type="button" class="quiet" onClick={onRemove}>
        Remove <span class="unseen">gateway {name}</span>
      </button>
    </fieldset>
  );
}

function Secrets({ gateway, onChange }: Pick<GatewayProps, 'gateway' | 'onChange'>): JSX.Element {
  const { secret, nextSecret, promoteNextSecret = false } = gateway;
  const isSet = typeof secret === 'object';
  const isNextSet = typeof nextSecret === 'object' && nextSecret !== null;
  const { nextSecret: _, ...withoutNext } = gateway;
  return (
    <>
      {isSet ? (
        <p class="set-secret">
          <span>Shared secret</span> set, fingerprint <Code text={secret.fingerprint} />{' '}
          <button type="button" onClick={() => onChange({ ...gateway, secret: '' })}>
            Replace <span class="unseen">the secret of {gateway.name}</span>
          </button>
        </p>
      ) : (
        <Field
          label="Shared secret"
          type="password"
          hint="16 characters or more; it is never shown again."
          value={typeof secret === 'string' ? secret : ''}
          isRequired
          onInput={(text) => onChange({ ...gateway, secret: text })}
        />
      )}
      {isNextSet ? (
        <Switch
          isOn={promoteNextSecret}
          onChange={(isOn) => onChange({ ...gateway, promoteNextSecret: isOn })}
        >
          The gateway uses the next secret (<Code text={nextSecret.fingerprint} />) now: make it the
          secret
        </Switch>
      ) : isSet ? (
        <Field
          label="Next secret, for a change without a gap"
          type="password"
          value={typeof nextSecret === 'string' ? nextSecret : ''}
          onInput={(text) => onChange(text === '' ? withoutNext : { ...gateway, nextSecret: text })}
        />
      ) : null}
    </>
  );
}
