using ILGPU;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Device code of element-wise operators: a thread per element.</summary>
internal static class ElementKernels
{
    /// <summary>Most registers of a program that runs on a device.</summary>
    public const int MaxRegisters = 24;

    public static void Unary(Index1D i, ArrayView<float> x, ArrayView<float> y, int opcode, float p, float q) =>
        y[i] = DeviceMath.Step((ElementOpcode)opcode, x[i], 0, p, q);

    public static void Binary(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, int opcode, float p) =>
        y[i] = DeviceMath.Step((ElementOpcode)opcode, a[i], b[i], p, 0);

    public static void Broadcast(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, IndexMap mapA, IndexMap mapB, int opcode, float p) =>
        y[i] = DeviceMath.Step((ElementOpcode)opcode, a[mapA.At(i)], b[mapB.At(i)], p, 0);

    public static void Program(
        Index1D i, ArrayView<ElementStep> steps, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> d, ArrayView<float> y, ProgramMaps maps)
    {
        var registers = LocalMemory.Allocate<float>(MaxRegisters);
        registers[0] = a[maps.A.At(i)];
        registers[1] = maps.Inputs > 1 ? b[maps.B.At(i)] : 0;
        registers[2] = maps.Inputs > 2 ? c[maps.C.At(i)] : 0;
        registers[3] = maps.Inputs > 3 ? d[maps.D.At(i)] : 0;
        var result = 0f;
        for (var s = 0; s < steps.IntLength; s++)
        {
            var step = steps[s];
            result = DeviceMath.Step(step.Opcode, registers[step.A], registers[step.B], step.P, step.Q);
            registers[maps.Inputs + s] = result;
        }

        y[i] = result;
    }

    public static void Where<T>(Index1D i, ArrayView<byte> condition, ArrayView<T> a, ArrayView<T> b, ArrayView<T> y, IndexMap map, IndexMap mapA, IndexMap mapB)
        where T : unmanaged => y[i] = condition[map.At(i)] != 0 ? a[mapA.At(i)] : b[mapB.At(i)];
}
