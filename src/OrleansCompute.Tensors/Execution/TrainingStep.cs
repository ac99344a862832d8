using System.Runtime.InteropServices;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>A training graph compiled for one batch size. Not thread-safe.</summary>
internal sealed class TrainingStep(CompiledGraph compiled) : IDisposable
{
    private Tensor? _hostInput;
    private Tensor? _hostLabels;
    private Tensor? _hostLoss;
    private Tensor? _hostCorrect;

    public CompiledGraph Compiled => compiled;

    public void Load<T>(IAccelerator accelerator, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, Tensor hostParameters, Tensor parameters)
        where T : unmanaged
    {
        Tensor input = compiled.Inputs[0], label = compiled.Inputs[1];
        if (accelerator.Info.IsHostMemory)
        {
            Write(inputs, input);
            labels.CopyTo(label.AsSpan<int>());
            return;
        }

        Write(inputs, _hostInput ??= Tensor.Zeros(input.Type));
        labels.CopyTo((_hostLabels ??= Tensor.Zeros(label.Type)).AsSpan<int>());
        accelerator.CopyToDevice(_hostInput, input);
        accelerator.CopyToDevice(_hostLabels, label);
        accelerator.CopyToDevice(hostParameters, parameters);
    }

    public StepResult Read(IAccelerator accelerator, Tensor hostGradients, Tensor gradients, int count)
    {
        Tensor loss = compiled.Outputs[0], correct = compiled.Outputs[1];
        if (!accelerator.Info.IsHostMemory)
        {
            accelerator.CopyToHost(loss, _hostLoss ??= Tensor.Zeros(loss.Type));
            accelerator.CopyToHost(correct, _hostCorrect ??= Tensor.Zeros(correct.Type));
            accelerator.CopyToHost(gradients, hostGradients);
            (loss, correct) = (_hostLoss, _hostCorrect);
        }

        return new StepResult(loss.AsSpan<float>()[0], correct.AsSpan<int>()[0], count);
    }

    public void Dispose()
    {
        compiled.Dispose();
        _hostInput?.Dispose();
        _hostLabels?.Dispose();
        _hostLoss?.Dispose();
        _hostCorrect?.Dispose();
    }

    /// <summary>Writes samples; tokens may be int where the model takes long.</summary>
    private static void Write<T>(ReadOnlySpan<T> values, Tensor to)
        where T : unmanaged
    {
        if (typeof(T) == typeof(int) && to.ElementType == ElementType.Int64)
        {
            var from = MemoryMarshal.Cast<T, int>(values);
            var wide = to.AsSpan<long>();
            for (var i = 0; i < from.Length; i++)
            {
                wide[i] = from[i];
            }

            return;
        }

        values.CopyTo(to.AsSpan<T>());
    }
}
