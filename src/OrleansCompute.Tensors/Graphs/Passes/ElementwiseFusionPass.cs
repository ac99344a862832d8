using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>
/// Makes chains of element-wise operators on float32 one operator: a value that only the next of them uses is never written to memory.
/// </summary>
public sealed class ElementwiseFusionPass : IGraphPass
{
    /// <summary>Most inputs and most steps of one program: a block of every register must fit the first-level cache.</summary>
    private const int MaxRegisters = 10;

    /// <inheritdoc/>
    public string Name => "elementwise-fusion";

    /// <inheritdoc/>
    public Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var rewriter = new GraphRewriter(graph);
        foreach (var node in graph.Nodes)
        {
            var inputs = rewriter.Inputs(node);
            if (Program(node, inputs) is not { } program || Fuse(rewriter, node, program, inputs) is not { } fused)
            {
                rewriter.Keep(node);
                continue;
            }

            rewriter.Emit(node, new FusedElementwiseOperator(fused.Program), fused.Inputs);
        }

        return rewriter.Finish();
    }

    /// <summary>The node as a program; null when it is not element-wise.</summary>
    private static ElementProgram? Program(GraphNode node, GraphValue?[] inputs)
    {
        if (node.Operator is FusedElementwiseOperator fused)
        {
            return fused.Program;
        }

        return node.Outputs is [{ Type: { IsStatic: true, ElementType: ElementType.Float32 } }] && inputs.Length > 0
            && ElementSteps.Find(node.Operator, [.. inputs.Select(value => value?.Type)]) is { } step
            ? new ElementProgram(inputs.Length, step)
            : null;
    }

    /// <summary>The program with those of its inputs' producers in it; null when there is none to take in.</summary>
    private static (ElementProgram Program, GraphValue[] Inputs)? Fuse(GraphRewriter rewriter, GraphNode node, ElementProgram program, GraphValue?[] given)
    {
        var inputs = new List<GraphValue>();
        var parts = new List<(ElementProgram Program, int[] Arguments)?>();
        var registers = given.Length + program.Steps.Length;
        var found = false;
        foreach (var value in given)
        {
            if (value is not null && rewriter.Uses.IsUsedOnce(value) && value.Type == node.Outputs[0].Type && rewriter.Producer(value) is { } producer
                && rewriter.Inputs(producer) is var inner && Program(producer, inner) is { } part
                && registers + inner.Length + part.Steps.Length <= MaxRegisters)
            {
                registers += inner.Length + part.Steps.Length - 1;
                parts.Add((part, [.. inner.Select(argument => Index(inputs, argument!))]));
                found = true;
            }
            else
            {
                parts.Add(null);
                Index(inputs, value!);
            }
        }

        return found ? (Join(program, parts, given, inputs), [.. inputs]) : null;
    }

    private static ElementProgram Join(
        ElementProgram program, List<(ElementProgram Program, int[] Arguments)?> parts, GraphValue?[] given, List<GraphValue> inputs)
    {
        var steps = new List<ElementStep>();
        var results = new int[given.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = parts[i] is { } part ? Append(steps, part.Program, part.Arguments, inputs.Count) : inputs.IndexOf(given[i]!);
        }

        Append(steps, program, results, inputs.Count);
        return new ElementProgram(inputs.Count, [.. steps]);
    }

    /// <summary>Appends the steps of a program whose inputs are some registers; returns the register of its result.</summary>
    private static int Append(List<ElementStep> steps, ElementProgram program, int[] arguments, int inputCount)
    {
        var offset = inputCount + steps.Count;
        int Map(int register) => register < program.InputCount ? arguments[register] : offset + register - program.InputCount;
        foreach (var step in program.Steps)
        {
            steps.Add(step with { A = Map(step.A), B = step.IsBinary ? Map(step.B) : 0 });
        }

        return inputCount + steps.Count - 1;
    }

    private static int Index(List<GraphValue> inputs, GraphValue value)
    {
        var index = inputs.IndexOf(value);
        if (index < 0)
        {
            index = inputs.Count;
            inputs.Add(value);
        }

        return index;
    }
}
