import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { ListSection } from '../ui/list-section';
import { SecretDialog } from '../ui/secret-dialog';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';
import { DeviceForm } from './device-form';
import { useHeard } from './use-heard';

type Device = Schema<'Device'>;

/** Every device: whom it speaks for, when it was heard, and its secret anew. */
export const DevicesTab = () => {
  const list = useLoaded(useCallback(() => getAll<Device>('/devices'), []));
  const [, reload] = list;
  const [form, setForm] = useState<{ device?: Device }>();
  const [told, setTold] = useState<{ id: string; secret: string }>();
  const [asked, setAsked] = useState<{ device: Device; what: 'rotate' | 'delete' }>();
  const heard = useHeard();
  const { devices } = texts.admin;
  const path = ({ id }: Device) => ({ params: { path: { id } } });
  const rotate = (device: Device): void =>
    void tellOutcome(answerOf(api.POST('/devices/{id}/rotate', path(device)))).then(answer => {
      if (answer) setTold({ id: answer.id, secret: answer.secret });
      reload();
    });
  const remove = (device: Device): void =>
    void tellOutcome(api.DELETE('/devices/{id}', path(device)), devices.deleted(device.id)).then(reload);
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
          onAsk={what => form.device && setAsked({ device: form.device, what })}
          onClose={() => setForm(undefined)}
          onSaved={secret => {
            if (secret) setTold(secret);
            reload();
          }}
        />
      )}
      {told && (
        <SecretDialog
          title={devices.secretOf(told.id)}
          secret={told.secret}
          hint={devices.once}
          onClose={() => setTold(undefined)}
        />
      )}
      {asked && (
        <Confirm
          title={devices.ask[asked.what](asked.device.id)}
          text={devices.askText[asked.what]}
          confirm={asked.what === 'rotate' ? devices.rotate : texts.admin.delete}
          onConfirm={() => (asked.what === 'rotate' ? rotate : remove)(asked.device)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </ListSection>
  );
};
