import { writeFile } from 'node:fs/promises';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
export const { FLOAT, DOUBLE, INT32, INT64, STRING, BOOL } = onnx.TensorProto.DataType;

type Value = { name: string; type: number; shape: (number | string)[] };
type Node = [opType: string, input: string[], output: string, attributes?: Record<string, number>];
type Constant = { name: string; dims: number[]; floats?: number[]; strings?: string[] };
export type TestModel = { inputs: Value[]; outputs: Value[]; nodes: Node[]; constants: Constant[] };

/** Two features; `b` wins when the second is the larger. */
const PLAIN: TestModel = {
  inputs: [{ name: 'features', type: FLOAT, shape: ['N', 2] }],
  outputs: [
    { name: 'label', type: STRING, shape: ['N'] },
    { name: 'probabilities', type: FLOAT, shape: ['N', 2] },
  ],
  nodes: [
    ['Softmax', ['features'], 'probabilities', { axis: 1 }],
    ['ArgMax', ['features'], 'best', { axis: 1, keepdims: 0 }],
    ['Gather', ['names', 'best'], 'label'],
  ],
  constants: [{ name: 'names', dims: [2], strings: ['a', 'b'] }],
};

/** Writes a small ONNX model for a test; what is not given is that of a model of two features and two classes. */
export async function writeModel(path: string, given: Partial<TestModel>): Promise<void> {
  const { inputs, outputs, nodes, constants } = { ...PLAIN, ...given };
  const value = ({ name, type, shape }: Value) => ({
    name,
    type: {
      tensorType: {
        elemType: type,
        shape: { dim: shape.map((d) => (typeof d === 'string' ? { dimParam: d } : { dimValue: d })) },
      },
    },
  });
  const graph = {
    name: 'test',
    input: inputs.map(value),
    output: outputs.map(value),
    initializer: constants.map(({ name, dims, floats, strings }) => ({
      name,
      dims,
      ...(floats ? { dataType: FLOAT, floatData: floats } : {}),
      ...(strings ? { dataType: STRING, stringData: strings.map((s) => Buffer.from(s)) } : {}),
    })),
    node: nodes.map(([opType, input, output, attributes = {}]) => ({
      opType,
      input,
      output: [output],
      attribute: Object.entries(attributes).map(([name, i]) => ({
        name,
        type: onnx.AttributeProto.AttributeType.INT,
        i,
      })),
    })),
  };
  const model = onnx.ModelProto.create({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph });
  await writeFile(path, onnx.ModelProto.encode(model).finish());
}
