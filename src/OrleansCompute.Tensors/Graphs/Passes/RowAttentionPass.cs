using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Lets attention and its gradient read rows as the products before them leave them: the transpositions that split heads cancel. Queries,
/// keys and values that are cut from one product are read in it; those of three products of one input with constant weights become one
/// product. Stateless.
/// </summary>
public sealed class RowAttentionPass : IGraphPass
{
    private static readonly int[] Heads = [0, 2, 1, 3];

    /// <inheritdoc/>
    public string Name => "row-attention";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(node => node.Operator is AttentionOperator or AttentionGradientOperator))
        {
            return graph;
        }

        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            if (!(node.Operator is AttentionOperator attention ? TryForward(rewriter, node, attention) : node.Operator is AttentionGradientOperator gradient && TryBackward(rewriter, node, gradient)))
            {
                rewriter.Keep(node);
            }
        }

        return rewriter.Finish();
    }

    private static bool TryForward(GraphRewriter rewriter, GraphNode node, AttentionOperator attention)
    {
        var unbound = Unbound(rewriter, node);
        var rows = unbound is null ? Rows(rewriter, node) : [];
        if (rewriter.Uses.IsOutput(node.Outputs[1]) || rows is null)
        {
            return false;
        }

        var sizes = node.Outputs[0].Type.Shape;
        var packed = unbound ?? Packed(rewriter, rows) ?? Joined(rewriter, rows);
        var scale = attention.Scale ?? (1f / MathF.Sqrt(sizes[3]));
        var @operator = new RowAttentionOperator(sizes[1], packed is not null, attention.IsCausal, scale);
        GraphValue[] inputs = packed is not null ? [packed] : rows;
        var results = rewriter.Apply(@operator, rewriter.Input(node, 3) is { } mask ? [.. inputs, mask] : inputs);
        rewriter.TryReplace(node.Outputs[1], results[1]);
        rewriter.Emit(node.Name, [node.Outputs[0]], Transpositions.Create(Heads), [Split(rewriter, results[0], sizes[1])]);
        return true;
    }

    private static bool TryBackward(GraphRewriter rewriter, GraphNode node, AttentionGradientOperator gradient)
    {
        if (gradient.HasMaskGradient || Rows(rewriter, node) is not { } rows)
        {
            return false;
        }

        var sizes = rewriter.Input(node, 4)!.Type.Shape;
        var packed = Packed(rewriter, rows);
        var scale = gradient.Scale ?? (1f / MathF.Sqrt(sizes[3]));
        GraphValue[] inputs = packed is not null ? [packed] : rows;
        var results = rewriter.Apply(
            new RowAttentionGradientOperator(sizes[1], packed is not null, gradient.IsCausal, scale),
            [.. inputs, rewriter.Input(node, 3), Join(rewriter, rewriter.Input(node, 4)!), rewriter.Input(node, 5), Join(rewriter, rewriter.Input(node, 6)!)]);
        if (packed is not null)
        {
            var width = packed.Type.Shape[2] / 3;
            results = rewriter.Apply(new SplitOperator(3, 2, IntList.Create([width, width, width])), results[0]);
        }

        for (var i = 0; i < 3; i++)
        {
            rewriter.Emit($"{node.Name}.{i}", [node.Outputs[i]], Transpositions.Create(Heads), [Split(rewriter, results[i], sizes[1])]);
        }

        return true;
    }

    /// <summary>Queries, keys and values [N, T, heads * d], if they come from there by a transposition each; null when they do not.</summary>
    private static GraphValue[]? Rows(GraphRewriter rewriter, GraphNode node)
    {
        var rows = new GraphValue[3];
        for (var i = 0; i < 3; i++)
        {
            var value = rewriter.Input(node, i)!;
            if (value.Type is not { IsStatic: true, ElementType: ElementType.Float32 } || rewriter.Producer(value) is not { } turned
                || Transpositions.Order(turned) is not { } order || !order.AsSpan().SequenceEqual(Heads)
                || value.Type.Shape[1] != node.Inputs[0]!.Type.Shape[1] || value.Type.Shape[3] != node.Inputs[0]!.Type.Shape[3] || value.Type.Shape.Elements == 0)
            {
                return null;
            }

            rows[i] = rewriter.Input(turned, 0)!;
        }

        return [.. rows.Select(value => Flat(rewriter, value))];
    }

    /// <summary>
    /// The [N, T, 3 * heads * d] that queries, keys and values are the parts of as vision transformers write it: seen as [N, T, 3, heads, d],
    /// turned to [3, N, heads, T, d], and taken apart by Gather, or by Split and Squeeze.
    /// </summary>
    private static GraphValue? Unbound(GraphRewriter rewriter, GraphNode node)
    {
        GraphValue? common = null;
        for (var i = 0; i < 3; i++)
        {
            if (rewriter.Input(node, i) is not { Type: { IsStatic: true, ElementType: ElementType.Float32 } } value || Taken(rewriter, value, i) is not { } source
                || (common is not null && common != source))
            {
                return null;
            }

            common = source;
        }

        if (rewriter.Producer(common) is not { } turned || Transpositions.Order(turned) is not [2, 0, 3, 1, 4] || rewriter.Input(turned, 0) is not { Type.Shape: { Elements: > 0 } shape } parts)
        {
            return null;
        }

        var rows = new Shape(shape[0], shape[1], 3 * shape[3] * shape[4]);
        return rewriter.Producer<ViewOperator>(parts) is var (view, _) && rewriter.Input(view, 0) is { } whole && whole.Type.Shape.Equals(rows)
            ? whole
            : rewriter.Apply(new ViewOperator(rows), parts)[0];
    }

    /// <summary>What a value is one of three parts of, along the first dimension.</summary>
    private static GraphValue? Taken(GraphRewriter rewriter, GraphValue value, int part)
    {
        if (rewriter.Producer<GatherOperator>(value) is var (gather, @operator))
        {
            return @operator.Axis == 0 && GraphConstants.Ints(rewriter.Input(gather, 1)) is [var index] && rewriter.Input(gather, 1)!.Type.Shape.Rank == 0 && (index == part || index == part - 3)
                ? rewriter.Input(gather, 0)
                : null;
        }

        return rewriter.Producer<ViewOperator>(value) is var (view, _) && rewriter.Producer<SplitOperator>(rewriter.Input(view, 0)) is var (split, cut)
            && cut.Axis == 0 && split.Outputs.Count == 3 && rewriter.Input(view, 0) == rewriter.Resolve(split.Outputs[part]) && split.Outputs[part].Type.Shape is { Rank: 5 } shape && shape[0] == 1
            && value.Type.Shape.Equals(new Shape(shape.Dimensions[1..]))
            ? rewriter.Input(split, 0)
            : null;
    }

    /// <summary>The value that queries, keys and values are the three parts of.</summary>
    private static GraphValue? Packed(GraphRewriter rewriter, GraphValue[] rows)
    {
        if (rewriter.Producer<SplitOperator>(rows[0]) is not var (split, @operator) || split.Outputs.Count != 3 || (@operator.Axis != 2 && @operator.Axis != -1)
            || rewriter.Input(split, 0) is not { Type.Shape.Rank: 3 } whole)
        {
            return null;
        }

        for (var i = 0; i < 3; i++)
        {
            if (rows[i] != rewriter.Resolve(split.Outputs[i]) || !rows[i].Type.Equals(rows[0].Type))
            {
                return null;
            }
        }

        return whole;
    }

    /// <summary>One product in place of three of the same input with constant weights.</summary>
    private static GraphValue? Joined(GraphRewriter rewriter, GraphValue[] rows)
    {
        var products = new GraphNode[3];
        for (var i = 0; i < 3; i++)
        {
            if (rewriter.OnlyFor<FusedGemmOperator>(rows[i]) is not var (node, gemm) || gemm is not { TransposesLeft: false, Activation: FusedActivation.None }
                || rewriter.Input(node, 1)?.Constant is null || (rewriter.Input(node, 2) is { } bias && bias.Constant is null)
                || (i > 0 && (rewriter.Input(node, 0) != rewriter.Input(products[0], 0) || !gemm.Equals(products[0].Operator) || rows[i].Type != rows[0].Type)))
            {
                return null;
            }

            products[i] = node;
        }

        var common = (FusedGemmOperator)products[0].Operator;
        var columns = rows[0].Type.Shape[2];
        var parts = Array.ConvertAll(products, node => rewriter.Input(node, 1)!.Constant!);
        var weights = rewriter.Constant("packed.weight", common.TransposesRight ? Stack(parts) : Beside(parts));
        var hasBias = products.Any(node => rewriter.Input(node, 2) is not null);
        GraphValue[] inputs = [rewriter.Input(products[0], 0)!, weights];
        if (hasBias)
        {
            var bias = products.SelectMany(node => rewriter.Input(node, 2)?.Constant!.AsSpan<float>().ToArray() ?? new float[columns]).ToArray();
            inputs = [.. inputs, rewriter.Constant("packed.bias", Tensor.Vector<float>(bias))];
        }

        return rewriter.Apply(common, inputs)[0];
    }

    /// <summary>[N, K] three times as [3 N, K].</summary>
    private static Tensor Stack(Tensor[] parts)
    {
        float[] all = [.. parts.SelectMany(part => part.AsSpan<float>().ToArray())];
        return Tensor.Of<float>(new Shape(3 * parts[0].Shape[0], parts[0].Shape[1]), all);
    }

    /// <summary>[K, N] three times as [K, 3 N].</summary>
    private static Tensor Beside(Tensor[] parts)
    {
        int rows = parts[0].Shape[0], columns = parts[0].Shape[1];
        var all = Tensor.Zeros(TensorType.Real(rows, 3 * columns));
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < 3; i++)
            {
                parts[i].AsSpan<float>().Slice(row * columns, columns).CopyTo(all.AsSpan<float>()[(((row * 3) + i) * columns)..]);
            }
        }

        return all;
    }

    /// <summary>[N, heads, T, d] as [N, T, heads * d].</summary>
    private static GraphValue Join(GraphRewriter rewriter, GraphValue heads) =>
        Flat(rewriter, rewriter.Apply(Transpositions.Create(Heads), heads)[0]);

    /// <summary>[N, T, heads, d] as [N, T, heads * d]: what it is a view of, if it is one.</summary>
    private static GraphValue Flat(GraphRewriter rewriter, GraphValue value)
    {
        var shape = new Shape(value.Type.Shape[0], value.Type.Shape[1], value.Type.Shape[2] * value.Type.Shape[3]);
        return rewriter.Producer<ViewOperator>(value) is var (view, _) && rewriter.Input(view, 0) is { } whole && whole.Type.Shape.Equals(shape)
            ? whole
            : rewriter.Apply(new ViewOperator(shape), value)[0];
    }

    private static GraphValue Split(GraphRewriter rewriter, GraphValue rows, int heads)
    {
        var shape = rows.Type.Shape;
        return rewriter.Apply(new ViewOperator(new Shape(shape[0], shape[1], heads, shape[2] / heads)), rows)[0];
    }
}
