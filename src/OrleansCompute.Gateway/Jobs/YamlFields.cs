using System.Collections.Immutable;
using System.Globalization;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>
/// Takes typed fields out of a group; notes what is missing, of a wrong type, or left over. Gives a harmless value after a problem, so
/// that all problems of a document come at once.
/// </summary>
internal sealed class YamlFields(YamlNode node, string name, List<string> problems)
{
    private const int MaxTexts = 64;
    private const string BytesForm = "a size with its unit, for example 512MB (of 1000) or 2GiB (of 1024)";
    private readonly List<string> known = [];
    private YamlNode.Map group = new("", 0, 0, []);

    /// <summary>
    /// Reads the group with the reader, then notes the fields that the reader did not ask for; default where it is no group.
    /// </summary>
    public T? Read<T>(Func<YamlFields, T> reader)
    {
        if (node is not YamlNode.Map map)
        {
            problems.Add($"{name} at {node.Where} is {node.Description}; allowed: a group of fields.");
            return default;
        }

        group = map;
        var value = reader(this);
        foreach (var (key, _) in map.Fields.Where(f => !known.Contains(f.Key.Value, StringComparer.Ordinal)))
        {
            var path = map.Path.Length == 0 ? key.Description : $"{map.Path}.{key.Description}";
            problems.Add($"{path} at {key.Where} is no field; allowed: {string.Join(", ", known)}.");
        }

        return value;
    }

    public string Text(string field) => Required(field, "text") is { } value ? AsText(value) : "";

    public string Text(string field, string byDefault) => Optional(field) is { } value ? AsText(value) : byDefault;

    public string? OptionalText(string field) => Optional(field) is { } value ? AsText(value) : null;

    public int Integer(string field) =>
        Required(field, "a whole number") is { } value ? (int)AsInteger(value, int.MinValue, int.MaxValue) : 1;

    public int Integer(string field, int byDefault) =>
        Optional(field) is { } value ? (int)AsInteger(value, int.MinValue, int.MaxValue) : byDefault;

    public long Long(string field, long byDefault) =>
        Optional(field) is { } value ? AsInteger(value, long.MinValue, long.MaxValue) : byDefault;

    public bool Flag(string field, bool byDefault = false) => Optional(field) switch
    {
        null => byDefault,
        YamlNode.Scalar { Quoted: false, Value: "true" } => true,
        YamlNode.Scalar { Quoted: false, Value: "false" } => false,
        var value => Wrong(value, "true, false", byDefault),
    };

    public double RequiredNumber(string field) => Required(field, "a number, for example 0.25") is null ? 1 : OptionalNumber(field) ?? 1;

    public decimal? OptionalDecimal(string field) =>
        Optional(field) is not { } value ? null
        : value is YamlNode.Scalar { Quoted: false } scalar
            && decimal.TryParse(scalar.Value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Wrong<decimal?>(value, "a sum of money, for example 12.50", null);

    public TimeSpan? OptionalDuration(string field) =>
        Optional(field) is not { } value ? null
        : value is YamlNode.Scalar scalar && YamlUnits.Duration(scalar.Value) is { } time
            ? time
            : Wrong<TimeSpan?>(value, "a time with its unit, for example 90s, 30m, 1.5h or 2d", null);

    public long Bytes(string field) => Required(field, BytesForm) is { } value ? AsBytes(value) : 1;

    public long? OptionalBytes(string field) => Optional(field) is { } value ? AsBytes(value) : null;

    public int? OptionalInteger(string field) => Optional(field) is { } value ? (int)AsInteger(value, int.MinValue, int.MaxValue) : null;

    public long? OptionalLong(string field) => Optional(field) is { } value ? AsInteger(value, long.MinValue, long.MaxValue) : null;

    public double Number(string field, double byDefault) => OptionalNumber(field) ?? byDefault;

    public double? OptionalNumber(string field)
    {
        if (Optional(field) is not { } value)
        {
            return null;
        }

        if (value is YamlNode.Scalar { Quoted: false } scalar
            && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        return Wrong<double?>(value, "a number, for example 0.001", null);
    }

    public string OneOf(string field, string[] allowed, string byDefault)
    {
        if (Optional(field) is not { } value)
        {
            return byDefault;
        }

        return value is YamlNode.Scalar scalar && allowed.Contains(scalar.Value, StringComparer.Ordinal)
            ? scalar.Value
            : Wrong(value, string.Join(", ", allowed), byDefault);
    }

    public ImmutableArray<int> Integers(string field, string form)
    {
        var value = Required(field, form);
        return value is YamlNode.List list
            ? [.. list.Items.Select(item => (int)AsInteger(item, int.MinValue, int.MaxValue))]
            : value is null ? [] : Wrong<ImmutableArray<int>>(value, form, []);
    }

    public ImmutableArray<string> Texts(string field)
    {
        var form = $"a list of up to {MaxTexts} texts, for example [cpu-avx512]";
        var value = Optional(field);
        return value is YamlNode.List { Items.Count: <= MaxTexts } list
            ? [.. list.Items.Select(AsText)]
            : value is null ? [] : Wrong<ImmutableArray<string>>(value, form, []);
    }

    public ImmutableArray<T> List<T>(string field, string form, Func<YamlNode, List<string>, T?> reader)
        where T : class
    {
        var value = Required(field, form);
        return value is YamlNode.List list
            ? [.. list.Items.Select(item => reader(item, problems)).OfType<T>()]
            : value is null ? [] : Wrong<ImmutableArray<T>>(value, form, []);
    }

    public T? Group<T>(string field, Func<YamlFields, T> reader)
        where T : class =>
        Required(field, "a group of fields") is { } value ? new YamlFields(value, value.Path, problems).Read(reader) : null;

    public T? OptionalGroup<T>(string field, Func<YamlFields, T> reader)
        where T : class =>
        Optional(field) is { } value ? new YamlFields(value, value.Path, problems).Read(reader) : null;

    private YamlNode? Required(string field, string form)
    {
        known.Add(field);
        var value = group.Find(field);
        if (value is null)
        {
            var path = group.Path.Length == 0 ? field : $"{group.Path}.{field}";
            problems.Add($"{path} is missing in {name} at {group.Where}; allowed: {form}.");
        }

        return value;
    }

    private YamlNode? Optional(string field)
    {
        known.Add(field);
        return group.Find(field);
    }

    private long AsBytes(YamlNode value) =>
        value is YamlNode.Scalar scalar && YamlUnits.Bytes(scalar.Value) is { } bytes ? bytes : Wrong(value, BytesForm, 1L);

    private string AsText(YamlNode value) =>
        value is YamlNode.Scalar { IsNull: false } scalar ? scalar.Value : Wrong(value, "text", "");

    private long AsInteger(YamlNode value, long min, long max)
    {
        if (value is YamlNode.Scalar { Quoted: false } scalar
            && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
        {
            return number;
        }

        return Wrong(value, max == int.MaxValue ? "a whole number" : $"a whole number, {min} to {max}", 1L);
    }

    private T Wrong<T>(YamlNode value, string form, T harmless)
    {
        problems.Add($"{value.Path} at {value.Where} is {value.Description}; allowed: {form}.");
        return harmless;
    }
}
