using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>Which operators are a step of an <see cref="ElementProgram"/>. Stateless.</summary>
internal static class ElementSteps
{
    private static readonly Dictionary<string, ElementOpcode> Binary = new(StringComparer.Ordinal)
    {
        ["Add"] = ElementOpcode.Add,
        ["Sub"] = ElementOpcode.Sub,
        ["Mul"] = ElementOpcode.Mul,
        ["Div"] = ElementOpcode.Div,
        ["Min"] = ElementOpcode.Min,
        ["Max"] = ElementOpcode.Max,
        ["ReluGradient"] = ElementOpcode.ReluGradient,
        ["TanhGradient"] = ElementOpcode.TanhGradient,
        ["SigmoidGradient"] = ElementOpcode.SigmoidGradient,
        ["GeluGradient"] = ElementOpcode.GeluGradient,
        ["GeluTanhGradient"] = ElementOpcode.GeluTanhGradient,
        ["SiluGradient"] = ElementOpcode.SiluGradient,
        ["SoftplusGradient"] = ElementOpcode.SoftplusGradient,
    };

    private static readonly Dictionary<string, ElementOpcode> Unary = new(StringComparer.Ordinal)
    {
        ["Abs"] = ElementOpcode.Abs,
        ["Neg"] = ElementOpcode.Neg,
        ["Sign"] = ElementOpcode.Sign,
        ["Floor"] = ElementOpcode.Floor,
        ["Ceil"] = ElementOpcode.Ceil,
        ["Round"] = ElementOpcode.Round,
        ["Reciprocal"] = ElementOpcode.Reciprocal,
        ["Sqrt"] = ElementOpcode.Sqrt,
        ["ReciprocalSqrt"] = ElementOpcode.ReciprocalSqrt,
        ["Square"] = ElementOpcode.Square,
        ["Exp"] = ElementOpcode.Exp,
        ["Log"] = ElementOpcode.Log,
        ["Tanh"] = ElementOpcode.Tanh,
        ["Sigmoid"] = ElementOpcode.Sigmoid,
        ["Erf"] = ElementOpcode.Erf,
        ["Softplus"] = ElementOpcode.Softplus,
        ["Softsign"] = ElementOpcode.Softsign,
        ["Relu"] = ElementOpcode.Relu,
        ["HardSwish"] = ElementOpcode.HardSwish,
        ["Mish"] = ElementOpcode.Mish,
        ["Silu"] = ElementOpcode.Silu,
    };

    /// <summary>The step that an operator on float32 is, with its inputs as registers 0 and 1; null when it is none.</summary>
    public static ElementStep? Find(Operator @operator, IReadOnlyList<TensorType?> inputs)
    {
        foreach (var type in inputs)
        {
            if (type is not { ElementType: ElementType.Float32 })
            {
                return null;
            }
        }

        var attributes = @operator.Attributes;
        if (inputs.Count == 2)
        {
            return @operator.Name switch
            {
                "LeakyReluGradient" => new ElementStep(ElementOpcode.LeakyReluGradient, 0, 1, attributes.Get("alpha", 0f)),
                "EluGradient" => new ElementStep(ElementOpcode.EluGradient, 0, 1, attributes.Get("alpha", 0f)),
                _ => Binary.TryGetValue(@operator.Name, out var binary) ? new ElementStep(binary, 0, 1) : null,
            };
        }

        if (inputs.Count != 1)
        {
            return null;
        }

        return @operator.Name switch
        {
            "LeakyRelu" => new ElementStep(ElementOpcode.LeakyRelu, 0, P: attributes.Get("alpha", 0.01f)),
            "ThresholdedRelu" => new ElementStep(ElementOpcode.ThresholdedRelu, 0, P: attributes.Get("alpha", 1f)),
            "Elu" => new ElementStep(ElementOpcode.Elu, 0, P: attributes.Get("alpha", 1f)),
            "Celu" => new ElementStep(ElementOpcode.Celu, 0, P: attributes.Get("alpha", 1f)),
            "Selu" => new ElementStep(ElementOpcode.Selu, 0, P: attributes.Get("alpha", 1.67326319f), Q: attributes.Get("gamma", 1.05070102f)),
            "HardSigmoid" => new ElementStep(ElementOpcode.HardSigmoid, 0, P: attributes.Get("alpha", 0.2f), Q: attributes.Get("beta", 0.5f)),
            "Affine" => new ElementStep(ElementOpcode.Affine, 0, P: attributes.Get("factor", 1f), Q: attributes.Get("offset", 0f)),
            "Clip" when @operator is ClipOperator clip => new ElementStep(
                ElementOpcode.Clip, 0, P: clip.Min ?? float.NegativeInfinity, Q: clip.Max ?? float.PositiveInfinity),
            "Gelu" => new ElementStep(attributes.Get("approximate", "none") == "tanh" ? ElementOpcode.GeluTanh : ElementOpcode.Gelu, 0),
            _ => Unary.TryGetValue(@operator.Name, out var unary) ? new ElementStep(unary, 0) : null,
        };
    }

    /// <summary>The meaning of a step.</summary>
    public static double Evaluate(ElementStep step, double a, double b) => step.Opcode switch
    {
        ElementOpcode.Add => a + b,
        ElementOpcode.Sub => a - b,
        ElementOpcode.Mul => a * b,
        ElementOpcode.Div => a / b,
        ElementOpcode.Min => Math.Min(a, b),
        ElementOpcode.Max => Math.Max(a, b),
        ElementOpcode.Abs => Math.Abs(a),
        ElementOpcode.Neg => -a,
        ElementOpcode.Sign => double.IsNaN(a) ? a : Math.Sign(a),
        ElementOpcode.Floor => Math.Floor(a),
        ElementOpcode.Ceil => Math.Ceiling(a),
        ElementOpcode.Round => Math.Round(a, MidpointRounding.ToEven),
        ElementOpcode.Reciprocal => 1 / a,
        ElementOpcode.Sqrt => Math.Sqrt(a),
        ElementOpcode.ReciprocalSqrt => 1 / Math.Sqrt(a),
        ElementOpcode.Square => a * a,
        ElementOpcode.Exp => Math.Exp(a),
        ElementOpcode.Log => Math.Log(a),
        ElementOpcode.Tanh => Math.Tanh(a),
        ElementOpcode.Sigmoid => Logistic(a),
        ElementOpcode.Erf => ErrorFunction.Erf(a),
        ElementOpcode.Softplus => Softplus(a),
        ElementOpcode.Softsign => a / (1 + Math.Abs(a)),
        ElementOpcode.Relu => a < 0 ? 0 : a,
        ElementOpcode.LeakyRelu => a < 0 ? step.P * a : a,
        ElementOpcode.ThresholdedRelu => a > step.P ? a : 0,
        ElementOpcode.Elu => a < 0 ? step.P * (Math.Exp(a) - 1) : a,
        ElementOpcode.Celu => Math.Max(a, 0) + Math.Min(0, step.P * (Math.Exp(a / step.P) - 1)),
        ElementOpcode.Selu => step.Q * (a > 0 ? a : step.P * (Math.Exp(a) - 1)),
        ElementOpcode.HardSigmoid => Math.Clamp((step.P * a) + step.Q, 0, 1),
        ElementOpcode.HardSwish => a * Math.Clamp((a / 6) + 0.5, 0, 1),
        ElementOpcode.Silu => a * Logistic(a),
        ElementOpcode.Mish => a * Math.Tanh(Softplus(a)),
        ElementOpcode.Gelu => a * 0.5 * (1 + ErrorFunction.Erf(a / Math.Sqrt(2))),
        ElementOpcode.GeluTanh => 0.5 * a * (1 + Math.Tanh(TanhArgument(a))),
        ElementOpcode.Clip => Math.Min(Math.Max(a, step.P), step.Q),
        ElementOpcode.Affine => (step.P * a) + step.Q,
        ElementOpcode.ReluGradient => a > 0 ? b : 0,
        ElementOpcode.TanhGradient => b * (1 - (a * a)),
        ElementOpcode.SigmoidGradient => b * a * (1 - a),
        ElementOpcode.GeluGradient => b * ((0.5 * (1 + ErrorFunction.Erf(a / Math.Sqrt(2)))) + (a * Math.Exp(-0.5 * a * a) / Math.Sqrt(2 * Math.PI))),
        ElementOpcode.GeluTanhGradient => b * GeluTanhSlope(a),
        ElementOpcode.SiluGradient => b * Logistic(a) * (1 + (a * (1 - Logistic(a)))),
        ElementOpcode.LeakyReluGradient => a > 0 ? b : step.P * b,
        ElementOpcode.EluGradient => a > 0 ? b : b * step.P * Math.Exp(a),
        ElementOpcode.SoftplusGradient => b * Logistic(a),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Unknown step."),
    };

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    private static double TanhArgument(double x) => Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));

    private static double GeluTanhSlope(double x)
    {
        var t = Math.Tanh(TanhArgument(x));
        return (0.5 * (1 + t)) + (0.5 * x * (1 - (t * t)) * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * x * x)));
    }
}
