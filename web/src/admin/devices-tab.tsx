import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { DataTable } from '../ui/data-table';
import { Confirm } from '../ui/dialog';
import { Loading, reasonOf } from '../ui/loading';
import { Section } from '../ui/page';
import { Time } from '../ui/time';
import { showToast } from '../ui/toasts';
import { DeviceForm } from './device-form';
import { SecretDialog } from './secret-dialog';
import { useHeard } from './use-heard';

type Device = Schema<'Device'>;

/** Every device: whom it speaks for, when it was heard, and its secret anew. */
export const DevicesTab = () => {
  const [loaded, reload] = useLoaded(useCallback(() => getAll<Device>('/devices'), []));
  const [form, setForm] = useState<{ device?: Device }>();
  const [told, setTold] = useState<{ id: string; secret: string }>();
  const [asked, setAsked] = useState<{ device: Device; what: 'rotate' | 'delete' }>();
  const heard = useHeard();
  const { devices } = texts.admin;
  const path = ({ id }: Device) => ({ params: { path: { id } } });
  const done = (work: Promise<unknown>, text?: string): void => {
    work.then(
      () => {
        if (text) showToast({ text });
        reload();
      },
      error => showToast({ text: reasonOf(error), tone: 'problem' }),
    );
  };
  const rotate = (device: Device): void =>
    done(answerOf(api.POST('/devices/{id}/rotate', path(device))).then(({ id, secret }) => setTold({ id, secret })));
  return (
    <Section
      title={devices.title}
      actions={
        <button type="button" className="button" onClick={() => setForm({})}>
          {devices.add}
        </button>
      }
    >
      <Loading of={loaded} onRetry={reload} failed={devices.failed}>
        {rows => (
          <DataTable<Device>
            id="devices"
            caption={devices.title}
            rows={rows}
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
          />
        )}
      </Loading>
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
          onConfirm={() =>
            asked.what === 'rotate'
              ? rotate(asked.device)
              : done(answerOf(api.DELETE('/devices/{id}', path(asked.device))), devices.deleted(asked.device.id))
          }
          onClose={() => setAsked(undefined)}
        />
      )}
    </Section>
  );
};
