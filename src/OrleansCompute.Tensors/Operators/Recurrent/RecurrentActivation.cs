using System.Globalization;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Recurrent;

/// <summary>A function of a recurrent cell with its derivative. Immutable.</summary>
internal sealed record RecurrentActivation(string Function, double Alpha, double Beta)
{
    private static readonly (string Name, double Alpha, double Beta)[] Known =
    [
        ("Affine", 1, 0), ("Elu", 1, 0), ("HardSigmoid", 0.2, 0.5), ("LeakyRelu", 0.01, 0), ("Relu", 0, 0), ("ScaledTanh", 1, 1),
        ("Sigmoid", 0, 0), ("Softplus", 0, 0), ("Softsign", 0, 0), ("Tanh", 0, 0), ("ThresholdedRelu", 1, 0),
    ];

    private bool TakesAlpha => Function is "Affine" or "Elu" or "HardSigmoid" or "LeakyRelu" or "ScaledTanh" or "ThresholdedRelu";

    private bool TakesBeta => Function is "Affine" or "HardSigmoid" or "ScaledTanh";

    /// <summary>The functions of a layer, direction after direction.</summary>
    /// <exception cref="ShapeMismatchException">There are too few or too many, or one is not known.</exception>
    public static RecurrentActivation[] Parse(string text, RecurrentOperator layer)
    {
        if (text.Length == 0)
        {
            string[] own = layer.Kind switch
            {
                RecurrentKind.Rnn => ["Tanh"],
                RecurrentKind.Lstm => ["Sigmoid", "Tanh", "Tanh"],
                _ => ["Sigmoid", "Tanh"],
            };
            return [.. Enumerable.Repeat(own, layer.Directions).SelectMany(names => names).Select(name => Create(name.Split(':')))];
        }

        RecurrentActivation[] result = [.. text.Split(',').Select(part => Create(part.Split(':')))];
        return result.Length == layer.Directions * layer.ActivationsPerDirection ? result : throw new ShapeMismatchException(
            $"{layer.Name}: activations are {text}; with {layer.Directions} directions there must be {layer.Directions * layer.ActivationsPerDirection}.");
    }

    /// <summary>Text for a node's attributes; empty when they are left out.</summary>
    /// <exception cref="FormatException">A function is not known.</exception>
    public static string Read(OperatorAttributes attributes)
    {
        var names = attributes.Get<string[]>("activations", []);
        var alphas = new Queue<float>(attributes.Get<float[]>("activation_alpha", []));
        var betas = new Queue<float>(attributes.Get<float[]>("activation_beta", []));
        var parts = new List<string>();
        foreach (var name in names)
        {
            var activation = Create([name]);
            var alpha = activation.TakesAlpha && alphas.TryDequeue(out var a) ? a : activation.Alpha;
            var beta = activation.TakesBeta && betas.TryDequeue(out var b) ? b : activation.Beta;
            parts.Add(alpha.Equals(activation.Alpha) && beta.Equals(activation.Beta)
                ? activation.Function
                : string.Create(CultureInfo.InvariantCulture, $"{activation.Function}:{alpha:R}:{beta:R}"));
        }

        return string.Join(',', parts);
    }

    /// <summary>The attributes for a text.</summary>
    public static OperatorAttributes Write(OperatorAttributes attributes, string text)
    {
        RecurrentActivation[] all = [.. text.Split(',').Select(part => Create(part.Split(':')))];
        return attributes.With("activations", Array.ConvertAll(all, activation => activation.Function))
            .With("activation_alpha", all.Where(activation => activation.TakesAlpha).Select(activation => (float)activation.Alpha).ToArray())
            .With("activation_beta", all.Where(activation => activation.TakesBeta).Select(activation => (float)activation.Beta).ToArray());
    }

    /// <summary>The value.</summary>
    public double Value(double x) => Function switch
    {
        "Affine" => (Alpha * x) + Beta,
        "Elu" => x >= 0 ? x : Alpha * (Math.Exp(x) - 1),
        "HardSigmoid" => Math.Clamp((Alpha * x) + Beta, 0, 1),
        "LeakyRelu" => x >= 0 ? x : Alpha * x,
        "Relu" => Math.Max(x, 0),
        "ScaledTanh" => Alpha * Math.Tanh(Beta * x),
        "Sigmoid" => 1 / (1 + Math.Exp(-x)),
        "Softplus" => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
        "Softsign" => x / (1 + Math.Abs(x)),
        "Tanh" => Math.Tanh(x),
        _ => x >= Alpha ? x : 0,
    };

    /// <summary>The derivative.</summary>
    public double Slope(double x)
    {
        switch (Function)
        {
            case "Affine":
                return Alpha;
            case "Elu":
                return x >= 0 ? 1 : Alpha * Math.Exp(x);
            case "HardSigmoid":
                return (Alpha * x) + Beta is > 0 and < 1 ? Alpha : 0;
            case "LeakyRelu":
                return x >= 0 ? 1 : Alpha;
            case "Relu":
                return x > 0 ? 1 : 0;
            case "ScaledTanh":
                return Alpha * Beta * (1 - Math.Pow(Math.Tanh(Beta * x), 2));
            case "Sigmoid":
                var y = 1 / (1 + Math.Exp(-x));
                return y * (1 - y);
            case "Softplus":
                return 1 / (1 + Math.Exp(-x));
            case "Softsign":
                return 1 / Math.Pow(1 + Math.Abs(x), 2);
            case "Tanh":
                return 1 - Math.Pow(Math.Tanh(x), 2);
            default:
                return x >= Alpha ? 1 : 0;
        }
    }

    private static RecurrentActivation Create(string[] parts)
    {
        var (name, alpha, beta) = Known.FirstOrDefault(known => known.Name.Equals(parts[0].Trim(), StringComparison.OrdinalIgnoreCase));
        double Number(int index, double fallback) => index >= parts.Length ? fallback
            : double.TryParse(parts[index], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
            : throw new FormatException($"'{parts[index]}' behind activation {name} is not a number.");
        return name is null
            ? throw new FormatException($"Activation '{parts[0]}' is not known; allowed: {string.Join(", ", Known.Select(known => known.Name))}.")
            : new RecurrentActivation(name, Number(1, alpha), Number(2, beta));
    }
}
