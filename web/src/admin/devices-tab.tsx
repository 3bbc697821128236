import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { ListSection } from '../ui/list-section';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';
import { useSecretItem } from '../ui/use-secret-item';
import { DeviceForm } from './device-form';
import { useHeard } from './use-heard';

type Device = Schema<'Device'>;

/** Every device: whom it speaks for, when it was heard, and its secret anew. */
export const DevicesTab = () => {
  const list = useLoaded(useCallback(() => getAll<Device>('/devices'), []));
  const [, reload] = list;
  const [form, setForm] = useState<{ device?: Device }>();
  const heard = useHeard();
  const { devices } = texts.admin;
  const path = ({ id }: Device) => ({ params: { path: { id } } });
  const { tell, ask, dialogs } = useSecretItem<Device>(devices, ({ id }) => id, {
    rotate: device =>
      void tellOutcome(answerOf(api.POST('/devices/{id}/rotate', path(device)))).then(answer => {
        if (answer) tell(answer.id, answer.secret);
        reload();
      }),
    delete: device => void tellOutcome(api.DELETE('/devices/{id}', path(device)), devices.deleted(device.id)).then(reload),
  });
  return (
    <ListSection<Device>
      title={devices.title}
      add={{ text: devices.add, onClick: () => setForm({}) }}
      of={list}
      failed={devices.failed}
      id="devices"
      keyOf={({ id }) => id}
      order="id"
      empty={devices.empty}
      emptyHint={devices.emptyHint}
      columns={[
        { key: 'id', head: devices.id, cell: ({ id }) => id, sort: ({ id }) => id },
        {
          key: 'vehicle',
          head: devices.vehicle,
          cell: ({ vehicle }) => <Link to={`/?vehicle=${encodeURIComponent(vehicle)}`}>{vehicle}</Link>,
          sort: ({ vehicle }) => vehicle,
        },
        { key: 'format', head: devices.format, wide: true, cell: ({ format }) => format, sort: ({ format }) => format },
        { key: 'foreign', head: devices.foreign, wide: true, cell: ({ foreign_id }) => foreign_id ?? '' },
        {
          key: 'heard',
          head: devices.heard,
          cell: ({ vehicle }) => <Time at={heard.get(vehicle) ?? null} as="ago" />,
          sort: ({ vehicle }) => heard.get(vehicle) ?? null,
          hint: devices.heardHint,
        },
        {
          key: 'old',
          head: devices.oldSecret,
          wide: true,
          cell: ({ old_secret_valid_until: at }) => (at === null ? '' : <Time at={at} as="dayTime" />),
        },
        {
          key: 'do',
          head: '',
          numeric: true,
          cell: device => (
            <button type="button" className="button small" onClick={() => setForm({ device })}>
              {texts.admin.edit}
            </button>
          ),
        },
      ]}
    >
      {form && (
        <DeviceForm
          device={form.device}
          onAsk={what => form.device && ask(form.device, what)}
          onClose={() => setForm(undefined)}
          onSaved={secret => {
            if (secret) tell(secret.id, secret.secret);
            reload();
          }}
        />
      )}
      {dialogs}
    </ListSection>
  );
};
