using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Recurrent;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>A function of a recurrent cell on runs of float32, and its slope by what it gave. Immutable.</summary>
internal sealed unsafe class RecurrentStep
{
    private readonly SimdLevel _level;
    private readonly ElementStep[] _steps;
    private readonly string _name;

    private RecurrentStep(SimdLevel level, string name, ElementStep[] steps) => (_level, _name, _steps) = (level, name, steps);

    /// <summary>Whether <see cref="Slope"/> knows the function.</summary>
    public bool HasSlope => _name is "Sigmoid" or "Tanh" or "Relu";

    /// <summary>The functions of a layer, direction after direction.</summary>
    public static RecurrentStep[] Of(SimdLevel level, RecurrentOperator layer) =>
        Array.ConvertAll(RecurrentActivation.Parse(layer.Activations, layer), function => new RecurrentStep(level, function.Function, Steps(function)));

    /// <summary>y = f(x) in place.</summary>
    public void Apply(float* x, int count)
    {
        foreach (var step in _steps)
        {
            ElementStepRunner.Run(_level, step, x, null, x, count);
        }
    }

    /// <summary>The derivative where the function gave y.</summary>
    public float Slope(float y) => _name switch
    {
        "Sigmoid" => y * (1 - y),
        "Tanh" => 1 - (y * y),
        _ => y > 0 ? 1 : 0,
    };

    private static ElementStep[] Steps(RecurrentActivation function)
    {
        float alpha = (float)function.Alpha, beta = (float)function.Beta;
        ElementStep One(ElementOpcode opcode) => new(opcode, 0, P: alpha, Q: beta);
        return function.Function switch
        {
            "Affine" => [One(ElementOpcode.Affine)],
            "Elu" => [One(ElementOpcode.Elu)],
            "HardSigmoid" => [One(ElementOpcode.HardSigmoid)],
            "LeakyRelu" => [One(ElementOpcode.LeakyRelu)],
            "Relu" => [One(ElementOpcode.Relu)],
            "ScaledTanh" => [new(ElementOpcode.Affine, 0, P: beta, Q: 0), One(ElementOpcode.Tanh), new(ElementOpcode.Affine, 0, P: alpha, Q: 0)],
            "Sigmoid" => [One(ElementOpcode.Sigmoid)],
            "Softplus" => [One(ElementOpcode.Softplus)],
            "Softsign" => [One(ElementOpcode.Softsign)],
            "Tanh" => [One(ElementOpcode.Tanh)],
            _ => [One(ElementOpcode.ThresholdedRelu)],
        };
    }
}
