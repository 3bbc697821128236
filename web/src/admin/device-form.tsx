import { useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { texts } from '../texts/texts';
import { SelectField, TextArea, TextField } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { RotateOrDelete } from '../ui/rotate-or-delete';
import { useSubmit } from '../ui/use-submit';

const FORMATS = [
  'telltale-v1',
  'owntracks',
  'ovms',
  'wican',
  'obd2-mqtt',
  'flespi',
  'openxc',
  'autopi',
  'osmand',
  'torque',
  'teltonika',
  'queclink',
  'freematics',
] as const;
/** Those whose owner chooses the names of values. */
const NAMED = new Set<string>(['wican', 'obd2-mqtt']);

/** Registers a device, or changes whom it speaks for and how it is read. */
export const DeviceForm = ({
  device,
  onAsk,
  onClose,
  onSaved,
}: {
  device: Schema<'Device'> | undefined;
  /** Of a device that is registered: to be asked first. */
  onAsk: (what: 'rotate' | 'delete') => void;
  onClose: () => void;
  onSaved: (secret: { id: string; secret: string } | undefined) => void;
}) => {
  const [id, setId] = useState(device?.id ?? '');
  const [vehicle, setVehicle] = useState(device?.vehicle ?? '');
  const [format, setFormat] = useState(device?.format ?? 'telltale-v1');
  const [foreign, setForeign] = useState(device?.foreign_id ?? '');
  const [speaksFor, setSpeaksFor] = useState(device?.speaks_for?.join(', ') ?? '');
  const [names, setNames] = useState(linesOf(device?.signal_names ?? null));
  const { devices } = texts.admin;
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const listed = speaksFor.split(/[\s,]+/).filter(one => one !== '');
    const rest = {
      format,
      foreign_id: foreign.trim() || null,
      speaks_for: listed.length === 0 ? null : listed,
      signal_names: namesIn(names),
      ...(vehicle.trim() !== '' && { vehicle: vehicle.trim() }),
    };
    if (device) {
      await answerOf(api.PATCH('/devices/{id}', { params: { path: { id: device.id } }, body: rest }));
      onSaved(undefined);
    } else onSaved(await answerOf(api.POST('/devices', { body: { id, ...rest } })));
    onClose();
  });
  return (
    <FormDialog
      title={device ? devices.change(device.id) : devices.add}
      confirm={device ? texts.save : devices.add}
      busy={busy}
      problem={problem}
      onSubmit={submit}
      onClose={onClose}
    >
      {device === undefined && (
        <TextField
          label={devices.id}
          hint={devices.idHint}
          value={id}
          onChange={setId}
          problem={problemOf('id')}
          pattern="[A-Za-z0-9_.\-]{1,64}"
          required
        />
      )}
      <TextField
        label={devices.vehicle}
        hint={device ? undefined : devices.vehicleHint}
        value={vehicle}
        onChange={setVehicle}
        problem={problemOf('vehicle')}
      />
      <SelectField
        label={devices.format}
        value={format}
        choices={FORMATS.map(one => [one as string, one])}
        onChange={setFormat}
        problem={problemOf('format')}
      />
      {format !== 'telltale-v1' && (
        <TextField
          label={devices.foreign}
          hint={devices.foreignHint}
          value={foreign}
          onChange={setForeign}
          problem={problemOf('foreign_id')}
        />
      )}
      {NAMED.has(format) && (
        <TextArea
          label={devices.names}
          hint={devices.namesHint}
          value={names}
          onChange={setNames}
          problem={problemOf('signal_names')}
        />
      )}
      <TextField
        label={devices.speaksFor}
        hint={devices.speaksForHint}
        value={speaksFor}
        onChange={setSpeaksFor}
        problem={problemOf('speaks_for')}
      />
      {device && (
        <RotateOrDelete
          rotate={devices.rotate}
          onChoice={what => {
            onClose();
            onAsk(what);
          }}
        />
      )}
    </FormDialog>
  );
};

const linesOf = (names: Readonly<Record<string, string>> | null): string =>
  Object.entries(names ?? {})
    .map(([theirs, ours]) => `${theirs} = ${ours}`)
    .join('\n');

/** A line a name: `Speed_CAN = vehicle_speed`. */
const namesIn = (text: string): Record<string, string> | null => {
  const pairs = text.split('\n').flatMap(line => {
    const at = line.indexOf('=');
    return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const];
  });
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
};
