using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of attention on rows: they turn the rows into heads and run the kernel of the logical operator.</summary>
internal static class ReferenceRows
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .AddWithRequest<RowAttentionOperator>(Forward)
        .AddWithRequest<RowAttentionGradientOperator>(Backward);

    private static void Forward(RowAttentionOperator attention, KernelRequest request, KernelCall call)
    {
        var inputs = Inputs(call, attention.Heads, attention.IsPacked);
        Tensor?[] all = [.. inputs, call.OptionalInput(attention.IsPacked ? 1 : 3)];
        using var y = Tensor.Zeros(inputs[0].Type);
        using var logarithms = Tensor.Zeros(call.Output(1).Type);
        Run(request, call, new AttentionOperator(attention.IsCausal, attention.Scale), all, [y, logarithms]);
        Store(y, call.Output(0));
        logarithms.CopyTo(call.Output(1));
    }

    private static void Backward(RowAttentionGradientOperator attention, KernelRequest request, KernelCall call)
    {
        var inputs = Inputs(call, attention.Heads, attention.IsPacked);
        var first = attention.Mask;
        Tensor?[] all = [.. inputs, call.OptionalInput(first), Heads(call.Input(first + 1), attention.Heads), call.Input(first + 2), Heads(call.Input(first + 3), attention.Heads)];
        Tensor[] gradients = [.. inputs.Select(input => Tensor.Zeros(input.Type))];
        Run(request, call, new AttentionGradientOperator(attention.IsCausal, attention.Scale), all, gradients);
        if (!attention.IsPacked)
        {
            for (var i = 0; i < 3; i++)
            {
                Store(gradients[i], call.Output(i));
            }

            return;
        }

        var width = call.Output(0).Shape[2] / 3;
        var packed = new double[call.Output(0).Shape.Elements];
        for (var i = 0; i < 3; i++)
        {
            using var turned = gradients[i].Permute([0, 2, 1, 3]);
            var values = HostElements.Reals(turned);
            for (var at = 0; at < values.Length; at++)
            {
                packed[(((at / width * 3) + i) * width) + (at % width)] = values[at];
            }
        }

        HostElements.StoreReals(call.Output(0), packed);
    }

    private static Tensor[] Inputs(KernelCall call, int heads, bool isPacked)
    {
        var inputs = new Tensor[3];
        for (var i = 0; i < 3; i++)
        {
            var width = call.Input(0).Shape[2] / 3;
            using var part = isPacked ? call.Input(0).Slice(2, i * width, width) : call.Input(i).Share();
            inputs[i] = Heads(part, heads);
        }

        return inputs;
    }

    /// <summary>[N, T, heads * d] as [N, heads, T, d].</summary>
    private static Tensor Heads(Tensor rows, int heads)
    {
        using var dense = rows.Contiguous();
        using var split = dense.Reshape(new Shape(rows.Shape[0], rows.Shape[1], heads, rows.Shape[2] / heads));
        using var turned = split.Permute([0, 2, 1, 3]);
        return turned.Contiguous();
    }

    private static void Store(Tensor heads, Tensor rows)
    {
        using var turned = heads.Permute([0, 2, 1, 3]);
        using var dense = turned.Contiguous();
        using var joined = dense.Reshape(rows.Shape);
        joined.CopyTo(rows);
    }

    private static void Run(KernelRequest request, KernelCall call, Operators.Operator @operator, Tensor?[] inputs, Tensor[] outputs)
    {
        var types = Array.ConvertAll(inputs, input => input?.Type);
        ReferenceKernelLibrary.Instance.Create(new KernelRequest(request.Accelerator, @operator, types, [.. outputs.Select(output => output.Type)], new Tensor?[inputs.Length]))!
            .Run(new KernelCall(@operator, inputs, [.. outputs], request.Accelerator.Memory, call.Scope));
    }
}
