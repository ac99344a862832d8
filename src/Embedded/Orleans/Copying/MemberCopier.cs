using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Embedded;

/// <summary>Compiles copiers of [GenerateSerializer] types and of tuples: a new object, then member by member.</summary>
internal static class MemberCopier
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly MethodInfo s_uninitialized =
        typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.GetUninitializedObject), [typeof(Type)])!;

    public static bool CanCopy(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), false) || HasAllFields(type);

    public static DeepCopy<T> Create<T>()
    {
        var type = typeof(T);
        var method = new DynamicMethod($"Copy {type.Name}", type, [type, typeof(CopyContext)], typeof(MemberCopier).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        var copy = il.DeclareLocal(type);
        if (type.IsValueType)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Stloc, copy);
        }
        else
        {
            BeginObject(il, type, copy);
        }

        foreach (var (field, property) in Members(type))
        {
            EmitMember(il, type, copy, field, property);
        }

        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<DeepCopy<T>>();
    }

    private static void BeginObject(ILGenerator il, Type type, LocalBuilder copy)
    {
        var fresh = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloca, copy);
        il.Emit(OpCodes.Call, typeof(CopyContext).GetMethod(nameof(CopyContext.TryFind))!.MakeGenericMethod(type));
        il.Emit(OpCodes.Brfalse, fresh);
        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(fresh);
        if (!HasAllFields(type) && type.GetConstructor(Declared, Type.EmptyTypes) is { } constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
        }
        else
        {
            il.Emit(OpCodes.Ldtoken, type);
            il.Emit(OpCodes.Call, typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!);
            il.Emit(OpCodes.Call, s_uninitialized);
            il.Emit(OpCodes.Castclass, type);
        }

        il.Emit(OpCodes.Stloc, copy);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Call, typeof(CopyContext).GetMethod(nameof(CopyContext.Add))!);
    }

    private static void EmitMember(ILGenerator il, Type type, LocalBuilder copy, FieldInfo? field, PropertyInfo? property)
    {
        var memberType = field?.FieldType ?? property!.PropertyType;
        var marked = (MemberInfo?)property ?? field!;
        var shallow = ShallowTypes.Contains(memberType) || marked.IsDefined(typeof(ImmutableAttribute), false);
        if (type.IsValueType && shallow)
        {
            return;
        }

        il.Emit(type.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, copy);
        il.Emit(type.IsValueType ? OpCodes.Ldarga : OpCodes.Ldarg, (short)0);
        if (field is not null)
        {
            il.Emit(OpCodes.Ldfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, property!.GetMethod!);
        }

        if (!shallow)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, typeof(Copier<>).MakeGenericType(memberType).GetMethod(nameof(Copier<int>.CopyWithin))!);
        }

        if (field is not null)
        {
            il.Emit(OpCodes.Stfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, property!.SetMethod!);
        }
    }

    private static bool HasAllFields(Type type) =>
        type.IsGenericType && (type.IsAssignableTo(typeof(ITuple)) || type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    /// <summary>The members that travel: with [Id], and a record's primary constructor parameters.</summary>
    private static IEnumerable<(FieldInfo? Field, PropertyInfo? Property)> Members(Type type)
    {
        if (HasAllFields(type))
        {
            return type.GetFields(Declared).Select(static field => ((FieldInfo?)field, (PropertyInfo?)null));
        }

        var members = new List<(FieldInfo?, PropertyInfo?)>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType!)
        {
            var attribute = level.GetCustomAttribute<GenerateSerializerAttribute>(false);
            var byConstructor = IsRecord(level) || attribute is { IncludePrimaryConstructorParameters: true }
                ? ConstructorParameters(level)
                : [];
            foreach (var field in level.GetFields(Declared).Where(field => field.IsDefined(typeof(IdAttribute), false)))
            {
                members.Add((field, null));
            }

            foreach (var property in level.GetProperties(Declared))
            {
                var included = property.IsDefined(typeof(IdAttribute), false)
                    || byConstructor.Contains((property.Name, property.PropertyType))
                    || (attribute is { GenerateFieldIds: GenerateFieldIds.PublicProperties }
                        && property is { GetMethod.IsPublic: true, SetMethod: not null });
                if (!included)
                {
                    continue;
                }

                var backing = level.GetField($"<{property.Name}>k__BackingField", Declared);
                if (backing is not null || (property.GetMethod is not null && property.SetMethod is not null))
                {
                    members.Add((backing, property));
                }
            }
        }

        return members;
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$", Declared) is not null
        || (type.IsValueType && type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true);

    private static HashSet<(string?, Type)> ConstructorParameters(Type type) =>
        [.. type.GetConstructors(Declared).SelectMany(constructor => constructor.GetParameters()).Select(parameter => (parameter.Name, parameter.ParameterType))];
}
